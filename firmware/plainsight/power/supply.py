"""What charge and heat allow right now, and what has changed about it."""

from plainsight.errors import Refused
from plainsight.power import limits
from plainsight.power.gauge import Gauge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from plainsight.power.calibration import Calibration

    class Board(Protocol):
        """What the supply is looked at with."""

        def battery_mv(self) -> int: ...
        def temperature_c(self) -> int: ...


_LONG_KINDS = ("clip", "timelapse", "live")


class Supply:
    """`gauge`, `battery` and `heat` after each `sample`; before the first news they are taken for full and cool."""

    def __init__(self, board: "Board", calibration: "Calibration"):
        self._board = board
        self.gauge = Gauge(board, calibration)
        self.battery = limits.Battery()
        self.heat = limits.Heat()
        self._told_stage = limits.OK
        self._told_hot = False

    def sample(self, loaded: bool) -> None:
        """One look at battery and heat; `loaded`: the camera runs."""
        self.gauge.sample(loaded)
        self.battery.update(self.gauge.percent)
        try:
            self.heat.update(self._board.temperature_c())
        except OSError:
            return  # what it said last stands; a sensor that never answered says 0 degrees in `status`

    def news(self) -> list[str]:
        """What has changed since this was last asked, as reasons for the record."""
        found: list[str] = []
        if self.battery.stage != self._told_stage:
            self._told_stage = self.battery.stage
            found.append("battery_" + limits.STAGES[self.battery.stage])
        if self.heat.hot != self._told_hot:
            self._told_hot = self.heat.hot
            found.append("too_hot" if self.heat.hot else "cooled")
        return found

    def against(self, kind: str) -> "Refused | None":
        """Why there is no new exposure of this kind (photo, burst, clip, timelapse, live), or None."""
        if self.heat.hot:
            return Refused("too_hot", {"temperature_c": self.heat.celsius})
        forbidden = limits.NO_CLIPS if kind in _LONG_KINDS else limits.NO_PHOTOS
        battery_mv = self.gauge.read_mv()  # at this moment: the filter would see a break-down too late
        if self.battery.stage >= forbidden or battery_mv < limits.EXPOSE_MV:
            return Refused("battery_low", {"battery_mv": battery_mv, "percent": self.gauge.percent})
        return None

    def ends(self) -> "Refused | None":
        """Why what runs has to end, or None; asked at every frame, so it looks at nothing anew."""
        if self.heat.severe:
            return Refused("too_hot", {"temperature_c": self.heat.celsius})
        if self.battery.stage >= limits.NO_CLIPS or self.gauge.mv < limits.CLIP_MV:
            return Refused("battery_low", {"battery_mv": self.gauge.mv, "percent": self.gauge.percent})
        return None
