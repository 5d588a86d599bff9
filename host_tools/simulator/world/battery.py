"""The battery: an ideal LiPo cell with internal resistance, behind a divider, read by a noisy converter.

The cell follows the firmware's own curve, so that a test can say what the gauge should show; a real cell does not.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable

from plainsight.power.curve import LIPO

from host_tools.simulator.world.agenda import Agenda

_CHARGED_MV = 4000
_BURST_MV = 150  # what a radio burst does to a reading that falls into it


def rest_mv(percent: float) -> float:
    """The cell's voltage at rest with this much left."""
    points = sorted((left, millivolts) for millivolts, left in LIPO)
    for (low, low_mv), (high, high_mv) in itertools.pairwise(points):
        if percent <= high:
            return low_mv + (max(percent, low) - low) * (high_mv - low_mv) / (high - low)
    return float(points[-1][1])


class Battery:
    """Holds its voltage until a test asks for more; a low voltage does not brown the board out."""

    def __init__(self, agenda: Agenda, divider: int) -> None:
        self._agenda = agenda
        self._divider = divider
        self._percent: float | None = None  # None: a fixed voltage
        self._fixed_mv = float(_CHARGED_MV)
        self._falls_per_s = 0.0
        self._since_us = agenda.now_us
        self._resistance_ohm = 0.0
        self._noise_mv = 0.0
        self._bursts = 0.0
        self._random = random.Random(0)
        self.load_ma: Callable[[], float] = lambda: 0.0

    @property
    def millivolts(self) -> float:
        """The voltage at the cell's terminals, under whatever load there is."""
        return self._rest_mv() - self._resistance_ohm * self.load_ma()

    @property
    def percent(self) -> float | None:
        """What is left; None while the voltage is fixed by `set_mv`."""
        return None if self._percent is None else self._left()

    def set_mv(self, millivolts: float) -> None:
        """The voltage at rest from now on, whatever is left."""
        self._fixed_mv, self._percent = float(millivolts), None

    def discharge(self, percent: float, *, percent_per_s: float = 0.0) -> None:
        """This much is left now, and it falls by so much in a second."""
        self._percent, self._falls_per_s, self._since_us = percent, percent_per_s, self._agenda.now_us

    def resist(self, ohm: float) -> None:
        """The cell's internal resistance: the voltage sags under load."""
        self._resistance_ohm = ohm

    def noise(self, millivolts: float, *, bursts: float = 0.0, seed: int = 0) -> None:
        """Gaussian noise of each reading (one sigma, at the cell), and which fraction falls into a radio burst."""
        self._noise_mv, self._bursts, self._random = millivolts, bursts, random.Random(seed)

    def at_pin_mv(self) -> float:
        """What one conversion at the ADC's pin gives."""
        reading = self.millivolts
        if self._noise_mv:
            reading += self._random.gauss(0, self._noise_mv)
        if self._bursts and self._random.random() < self._bursts:
            reading -= _BURST_MV
        return max(0.0, reading) / self._divider

    def _rest_mv(self) -> float:
        return self._fixed_mv if self._percent is None else rest_mv(self._left())

    def _left(self) -> float:
        assert self._percent is not None
        elapsed_s = (self._agenda.now_us - self._since_us) / 1_000_000
        return max(0.0, self._percent - elapsed_s * self._falls_per_s)
