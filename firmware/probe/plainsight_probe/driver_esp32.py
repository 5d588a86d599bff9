"""Thin driver for an ESP32-S3 as the probe."""

from esp32 import PCNT
from machine import ADC, Pin

from plainsight_probe import circuit, pins_esp32s3
from plainsight_probe.chip import Chip

_PULSES_MAX = 32767  # the 16-bit counter starts again at 0 when it gets here


class Driver(Chip):
    """See contract.Driver."""

    board = pins_esp32s3.BOARD
    lit_uv = circuit.LIT_UV
    dark_uv = circuit.DARK_UV

    def __init__(self):
        super().__init__(pins_esp32s3)
        self._light = ADC(Pin(pins_esp32s3.LIGHT_LEVEL), atten=ADC.ATTN_11DB)
        self._current = ADC(Pin(pins_esp32s3.LED_CURRENT), atten=ADC.ATTN_11DB)
        pulse_pin = Pin(pins_esp32s3.LIGHT_PULSES, Pin.IN)
        self._counter = PCNT(0, pin=pulse_pin, rising=PCNT.INCREMENT, max=_PULSES_MAX)
        self._counter.start()
        self._counted = self._pulses = 0

    def light_uv(self) -> int:
        """See contract.Driver."""
        return self._light.read_uv()

    def current_ua(self) -> int:
        """See contract.Driver."""
        return self._current.read_uv() * 1000 // circuit.UV_PER_MA

    def pulses(self) -> int:
        """See contract.Driver."""
        counted = self._counter.value()
        self._pulses += (counted - self._counted) % _PULSES_MAX
        self._counted = counted
        return self._pulses
