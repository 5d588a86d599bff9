"""The battery gauge: what a noisy, sagging voltage says about the charge that is left."""

from plainsight.compat import const
from plainsight.power import curve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from plainsight.power.calibration import Calibration

    class Board(Protocol):
        """What the gauge needs of a board."""

        def battery_mv(self) -> int: ...


_READINGS = const(9)  # their median: a radio burst spoils some of them
_STEPS_PER_MV = const(16)
_WEIGHT = const(8)  # one sample moves the estimate by an eighth of the difference …
_MOST_STEP_MV = const(40)  # … but never by more than an eighth of this: no cell at rest moves 5 mV in a second
_RECOVERY_SAMPLES = const(3)  # a cell needs some seconds to come back from a load
_MOST_SAG_MV = const(400)  # 300 mA through 1 Ohm and more is a dead cell
_PLAY_PERCENT = const(1)


class Gauge:
    """`sample` it once a second. `mv`: voltage now; `rest_mv`: what it would be without load; `percent`: 0 to 100."""

    def __init__(self, board: "Board", calibration: "Calibration"):
        self._board = board
        self._calibration = calibration
        self._readings = [0] * _READINGS
        self._rest = 0  # in 1/16 mV
        self._sag_mv = 0
        self._rested = 0  # samples since the last load
        self._loaded = False
        self.mv = 0
        self.percent = 0

    @property
    def rest_mv(self) -> int:
        """The filtered voltage, with the sag under load added again."""
        return self._rest // _STEPS_PER_MV

    def read_mv(self) -> int:
        """The calibrated voltage at this moment: a median, not filtered."""
        readings = self._readings
        for index in range(_READINGS):
            readings[index] = self._board.battery_mv()
        readings.sort()
        self.mv = self._calibration.true_mv(readings[_READINGS // 2])
        return self.mv

    def sample(self, loaded: bool) -> None:
        """One reading; `loaded`: the camera runs or the radio streams."""
        mv = self.read_mv()
        if self._rest == 0:  # the first one: nothing to filter with yet, and a load at boot pulls down, never up
            mv = max(mv, self.read_mv(), self.read_mv())
            self._rest = mv * _STEPS_PER_MV
            self._rested = _RECOVERY_SAMPLES
            self.percent = curve.percent(mv)
        if loaded and not self._loaded:
            self._sag_mv = max(0, min(_MOST_SAG_MV, self.rest_mv - mv))
        self._loaded = loaded
        self._rested = 0 if loaded else self._rested + 1
        if loaded:
            self._follow(mv + self._sag_mv)
        elif self._rested >= _RECOVERY_SAMPLES:
            self._follow(mv)
        self._show(curve.percent(self.rest_mv))

    def _follow(self, mv: int) -> None:
        most = _MOST_STEP_MV * _STEPS_PER_MV
        self._rest += max(-most, min(most, mv * _STEPS_PER_MV - self._rest)) // _WEIGHT

    def _show(self, percent: int) -> None:
        """Move the figure only where it is off by more than the play: noise must not make it tick to and fro."""
        if percent in (0, 100):
            self.percent = percent
        elif percent > self.percent + _PLAY_PERCENT:
            self.percent = percent - _PLAY_PERCENT
        elif percent < self.percent - _PLAY_PERCENT:
            self.percent = percent + _PLAY_PERCENT
