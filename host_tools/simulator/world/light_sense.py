"""What the firmware can measure of its capture LED: millivolts over a resistor, pulses behind a photodiode."""

from __future__ import annotations

from host_tools.simulator.world.agenda import Agenda
from host_tools.simulator.world.led import Led, LedState

_SHORT_FACTOR = 2.5  # the resistor alone limits the current then
_FILTER_US = 1000  # the RC filter before the ADC, as a plain mean over this window


class LightSense:
    """Both sensors, computed from the LED's timeline without noise."""

    def __init__(self, agenda: Agenda, led: Led, nominal_mv: int) -> None:
        self._agenda = agenda
        self._led = led
        self._nominal_mv = nominal_mv
        self._closed_pulses = 0
        self._open = (0, 0, 0)  # (hz, waveform's start, since when the comparator sees it)
        led.on_change.append(self._on_change)

    def millivolts(self) -> float:
        """Voltage over the sense resistor, averaged over the last millisecond."""
        now_us = self._agenda.now_us
        spans = self._led.track.spans(now_us - _FILTER_US, now_us)
        mean = sum((end - start) * self._relative(state) for start, end, state in spans) / _FILTER_US
        return mean * self._nominal_mv

    def pulses(self) -> int:
        """Whole periods of modulated light since power-on: of each unbroken stretch, floor(duration * frequency)."""
        hz, _, since_us = self._open
        return self._closed_pulses + (self._agenda.now_us - since_us) * hz // 1_000_000

    @staticmethod
    def _relative(state: LedState) -> float:
        return state.current * (_SHORT_FACTOR if state.shorted else 1.0)

    def _on_change(self, at_us: int, state: LedState) -> None:
        hz, waveform_us, since_us = self._open
        if (state.flashes_hz, state.drive.since_us) == (hz, waveform_us):
            return
        self._closed_pulses += (at_us - since_us) * hz // 1_000_000
        self._open = (state.flashes_hz, state.drive.since_us, at_us)
