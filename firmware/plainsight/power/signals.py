"""What the wearer sees and hears without a screen: the status light and the buzzer, each told what is going on."""

from plainsight.power import limits
from plainsight.power.buzzer import Buzzer
from plainsight.power.status import REFUSED_MS, StatusLight

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from plainsight.contract import Clock
    from plainsight.pairing_window import PairingWindow
    from plainsight.power.power import Power
    from plainsight.recording.recorder import Recorder
    from plainsight.settings import Settings

    class Board(Protocol):
        """What the signals need of a board."""

        has_buzzer: bool

        def status_light(self, on: bool) -> None: ...
        def buzz(self, hz: int) -> None: ...
        def buzz_off(self) -> None: ...


class Signals:
    """`status` and `buzzer`; `show` and `hide` a pattern of power/status.py by name."""

    def __init__(
        self,
        board: "Board",
        clock: "Clock",
        settings: "Settings",
        power: "Power",
        recorder: "Recorder",
        window: "PairingWindow",
    ):
        self.status = StatusLight(board, clock)
        self.buzzer = Buzzer(board, clock, settings)
        self.show = self.status.show
        self.hide = self.status.hide
        self.status.when("pairing", window.is_open)
        self.status.when("recording", lambda: recorder.doing in ("clip", "timelapse"))
        self.status.when("live", lambda: recorder.doing == "live")
        self.status.when("too_hot", lambda: power.heat.hot)
        self.status.when("low_battery", lambda: power.battery.stage >= limits.WARN)
        self.status.when("ready", _always)

    def heard(self, event: str) -> None:
        """The phone is told of this event; the wearer is, too."""
        if event == "refusal":
            self.status.show("refused", REFUSED_MS)
        self.buzzer.play(event)

    async def run(self, alive: "Callable[[], None]") -> None:
        """For ever; `alive` is called each time."""
        await self.status.run(lambda: self._round(alive))

    def _round(self, alive: "Callable[[], None]") -> None:
        alive()
        self.buzzer.tick()


def _always() -> bool:
    return True
