"""`machine` of the ESP32 port as far as the glasses use it; every pin leads into the world."""

import sys

import console
import worldlink
from machine_analog import ADC, PWM  # noqa: F401 this is the module
from machine_clock import RTC, WDT, Timer  # noqa: F401
from machine_i2s import I2S  # noqa: F401
from machine_pin import Pin, Signal  # noqa: F401
from machine_sdcard import SDCard  # noqa: F401
from machine_sleep import (  # noqa: F401
    DEEPSLEEP,
    EXT0_WAKE,
    EXT1_WAKE,
    PIN_WAKE,
    SLEEP,
    TIMER_WAKE,
    TOUCHPAD_WAKE,
    ULP_WAKE,
    deepsleep,
    lightsleep,
    sleep,
    wake_reason,
)

PWRON_RESET = 1
HARD_RESET = 2
WDT_RESET = 3
DEEPSLEEP_RESET = 4
SOFT_RESET = 5

_RESET_STATE_REG = 0x60008038  # RTC_CNTL_RESET_STATE_REG of the S3

_frequency_hz = 160_000_000
_FREQUENCIES_HZ = (20_000_000, 40_000_000, 80_000_000, 160_000_000, 240_000_000)


def freq(hz=None):
    global _frequency_hz
    if hz is None:
        return _frequency_hz
    if hz not in _FREQUENCIES_HZ:
        raise ValueError("frequency must be 20MHz, 40MHz, 80Mhz, 160MHz or 240MHz")
    _frequency_hz = hz
    worldlink.call("chip", "set_frequency_hz", hz)
    return None


def unique_id() -> bytes:
    return worldlink.call("chip", "unique_id")


def reset_cause() -> int:
    return worldlink.call("power", "reset_cause")


class _Memory:
    """`mem32`: of all addresses only the register that tells the chip's own reset cause."""

    def __getitem__(self, address: int) -> int:
        if address != _RESET_STATE_REG:
            raise ValueError("no such register here")
        return worldlink.call("power", "reset_state_register")


mem32 = _Memory()


def reset() -> None:
    worldlink.call("power", "reset", HARD_RESET)
    sys.exit()


def soft_reset() -> None:
    if not console.attended:
        worldlink.call("power", "reset", SOFT_RESET)
    sys.exit()  # which is all that the port does


def bootloader(timeout=None) -> None:
    worldlink.call("power", "bootloader")
    sys.exit()


def idle() -> None:
    worldlink.poll()


def disable_irq() -> int:
    """Interrupts arrive only at calls and awaits here, so nothing is to be disabled."""
    return 0


def enable_irq(state: int) -> None:
    """See disable_irq."""
