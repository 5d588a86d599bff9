"""Thin driver for a Raspberry Pi Pico as the probe. Its pulses are counted by a PIO state machine: it has no PCNT."""

import rp2
from machine import ADC, Pin

from plainsight_probe import circuit, pins_pico
from plainsight_probe.chip import Chip

_FULL_SCALE_UV = 3_300_000  # the Pico's ADC_VREF; calibrated by nobody, so within 2 %
_PIO_HZ = 1_000_000


@rp2.asm_pio()
def _count_rising():
    """X counts down from 0 with each rising edge."""
    # The names below are the assembler's own instructions.
    wrap_target()  # noqa: F821
    wait(0, pin, 0)  # noqa: F821
    wait(1, pin, 0)  # noqa: F821
    jmp(x_dec, "counted")  # noqa: F821
    label("counted")  # noqa: F821
    wrap()  # noqa: F821


class Driver(Chip):
    """See contract.Driver."""

    board = pins_pico.BOARD
    lit_uv = circuit.LIT_UV
    dark_uv = circuit.DARK_UV

    def __init__(self):
        super().__init__(pins_pico)
        self._light = ADC(Pin(pins_pico.LIGHT_LEVEL))
        self._current = ADC(Pin(pins_pico.LED_CURRENT))
        pulse_pin = Pin(pins_pico.LIGHT_PULSES, Pin.IN)
        self._counter = rp2.StateMachine(0, _count_rising, freq=_PIO_HZ, in_base=pulse_pin)
        self._counter.exec("set(x, 0)")
        self._counter.active(1)

    def light_uv(self) -> int:
        """See contract.Driver."""
        return _microvolts(self._light)

    def current_ua(self) -> int:
        """See contract.Driver."""
        return _microvolts(self._current) * 1000 // circuit.UV_PER_MA

    def pulses(self) -> int:
        """See contract.Driver."""
        # Executed between two instructions of the program, also while that waits for an edge.
        self._counter.exec("mov(isr, x)")
        self._counter.exec("push()")
        return -self._counter.get() & 0xFFFFFFFF


def _microvolts(adc) -> int:
    return adc.read_u16() * _FULL_SCALE_UV // 65535
