"""The probe's parts that move: they take their time."""

from __future__ import annotations

from collections.abc import Callable

from host_tools.simulator.world.agenda import Agenda, Appointment
from host_tools.simulator.world.led import FULL_DUTY

_RELAY_US = 3000  # G6K: operate and release time, at most
_FLAP_US = 200_000  # a small servo: 0.1 s for 60 degrees, and the spring no slower
_COVERED_PULSE_US = 1500  # pulses longer than this turn the flap over the window


class Relay:
    """A coil and, some milliseconds later, its contact."""

    def __init__(self, agenda: Agenda, moved: Callable[[], None]) -> None:
        self._agenda = agenda
        self._moved = moved
        self._pulled = False
        self.closed = False

    def coil(self, on: bool) -> None:
        """Current through the coil, or none."""
        if on != self._pulled:
            self._pulled = on
            self._agenda.at(self._agenda.now_us + _RELAY_US, lambda: self._move(on))

    def _move(self, on: bool) -> None:
        self.closed = on
        self._moved()


class Flap:
    """A servo with a flap; limp without pulses, and then a spring holds the flap open."""

    def __init__(self, agenda: Agenda, moved: Callable[[bool], None]) -> None:
        self._agenda = agenda
        self._moved = moved
        self._wanted = False
        self._on_its_way: Appointment | None = None

    def follow(self, hz: int, duty: int) -> None:
        """Servo pulses of `duty` of 65535 at `hz`; duty 0: none."""
        covered = duty > 0 and hz > 0 and duty * 1_000_000 / (FULL_DUTY * hz) >= _COVERED_PULSE_US
        if covered == self._wanted:
            return
        self._wanted = covered
        if self._on_its_way is not None:
            self._on_its_way.cancel()
        self._on_its_way = self._agenda.at(self._agenda.now_us + _FLAP_US, lambda: self._moved(covered))
