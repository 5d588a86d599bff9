"""Deep and light sleep of `machine`, and the wake sources that `esp32` sets."""

import worldlink

SLEEP = 2
DEEPSLEEP = 4
PIN_WAKE = 2
EXT0_WAKE = 2
EXT1_WAKE = 3
TIMER_WAKE = 4
TOUCHPAD_WAKE = 5
ULP_WAKE = 6

_RTC_GPIOS = 22  # GPIO 0 to 21 of the S3 are on its RTC and can wake it
_WAKEUP_ALL_LOW = False


def deepsleep(time_ms=0) -> None:
    """Ends this program; waking runs main.py from the beginning with reset_cause() DEEPSLEEP_RESET."""
    worldlink.call("sleep", "deepsleep", time_ms)
    worldlink.power_lost()


def lightsleep(time_ms=0) -> None:
    """Returns when something wakes the chip. On a board the radio is off meanwhile; here it is not."""
    worldlink.call("sleep", "lightsleep", time_ms)


sleep = lightsleep


def wake_reason() -> int:
    return worldlink.call("sleep", "wake_reason")


def wake_on_ext0(pin=None, level=_WAKEUP_ALL_LOW) -> None:
    worldlink.call("sleep", "wake_on_ext0", None if pin is None else _gpio_of(pin), bool(level))


def wake_on_ext1(pins=None, level=_WAKEUP_ALL_LOW) -> None:
    worldlink.call("sleep", "wake_on_ext1", tuple(_gpio_of(pin) for pin in pins or ()), bool(level))


def _gpio_of(pin) -> int:
    if pin._gpio >= _RTC_GPIOS:
        raise ValueError("invalid pin")
    return pin._gpio
