"""The capture LED: what the firmware drives, the current that flows, the light that leaves the glasses."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

from host_tools.simulator.world.agenda import Agenda
from host_tools.simulator.world.track import StepTrack

FULL_DUTY = 65535
# Slower than this people see it blink, and a frame can fall into the dark phase: that is not "lit".
_FLICKER_FREE_HZ = 100
# Dimmer than this nobody notices it in daylight.
_VISIBLE_DUTY = FULL_DUTY // 8


@dataclass(frozen=True)
class Drive:
    """What the pin does: `duty` of 65535, `hz` of its modulation (0: steady), since when the waveform runs."""

    duty: int = 0
    hz: int = 0
    since_us: int = 0

    @property
    def commanded(self) -> bool:
        """The firmware asks for light."""
        return self.duty > 0

    @property
    def modulated(self) -> bool:
        """The waveform has edges."""
        return self.hz > 0 and 0 < self.duty < FULL_DUTY


@dataclass(frozen=True)
class LedState:
    """Drive and damage at one moment. Open: no current. Shorted, replaced: current, no light. Covered: light inside."""

    drive: Drive = Drive()
    open: bool = False
    shorted: bool = False
    replaced: bool = False
    covered: bool = False

    @property
    def current(self) -> float:
        """Mean current, 1.0 being the LED's nominal one."""
        return 0.0 if self.open else self.drive.duty / FULL_DUTY

    @property
    def shines(self) -> bool:
        """The diode itself emits light."""
        return self.drive.commanded and not (self.open or self.shorted or self.replaced)

    @property
    def lit(self) -> bool:
        """People in front of the glasses see the light."""
        steady = not self.drive.modulated or self.drive.hz >= _FLICKER_FREE_HZ
        return self.shines and not self.covered and steady and self.drive.duty >= _VISIBLE_DUTY

    @property
    def flashes_hz(self) -> int:
        """What the comparator behind the photodiode toggles at.

        It looks for the swing that the open window reflects: a cover reflects far more, the photodiode stays saturated
        and the comparator does not toggle. A cover that reflects exactly like the window would pass (and one with a
        pinhole, which is not modelled).
        """
        return self.drive.hz if self.shines and self.drive.modulated and not self.covered else 0


class Led:
    """The LED's timeline; tests damage it with cut, short, replace, cover and repair all with mend."""

    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda
        self.track: StepTrack[LedState] = StepTrack(LedState())
        self.on_change: list[Callable[[int, LedState], None]] = []

    @property
    def lit(self) -> bool:
        """People see the light now."""
        return self.track.at(self._agenda.now_us).lit

    @property
    def commanded(self) -> bool:
        """The firmware asks for light now."""
        return self.track.at(self._agenda.now_us).drive.commanded

    def cut(self) -> None:
        """Open the LED's circuit: no current, no light."""
        self._step(open=True)

    def short(self) -> None:
        """Bridge the LED: more current, no light."""
        self._step(shorted=True)

    def replace(self) -> None:
        """Put a resistor in the LED's place: the right current, no light."""
        self._step(replaced=True)

    def cover(self) -> None:
        """Stick tape over the window: current and light, but nobody sees it."""
        self._step(covered=True)

    def mend(self) -> None:
        """Undo all damage."""
        self._step(open=False, shorted=False, replaced=False, covered=False)

    def damage(self, **faults: bool) -> None:
        """Set or mend `open`, `shorted`, `replaced`, `covered` one by one, as a probe's switches do."""
        self._step(**faults)

    def drive(self, duty: int, hz: int) -> None:
        """The pin changes: `duty` of 65535 and `hz` of modulation (0: steady)."""
        present = self.track.latest.drive
        if (duty, hz) != (present.duty, present.hz):
            self._step(drive=Drive(duty, hz, self._agenda.now_us))

    def _step(self, **changes: bool | Drive) -> None:
        now_us = self._agenda.now_us
        state = dataclasses.replace(self.track.latest, **changes)
        self.track.set(now_us, state)
        for notify in self.on_change:
            notify(now_us, state)
