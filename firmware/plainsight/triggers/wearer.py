"""What each gesture asks of the glasses, and what the phone and the log hear of it."""

import asyncio

from plainsight.errors import Refused
from plainsight.recording.recorder import CLIP, LIVE, TIMELAPSE
from plainsight.triggers.gestures import DOUBLE, HOLD, LONG, PRESS, TRIPLE
from plainsight.triggers.photographing import Photographing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from plainsight.pairing_window import PairingWindow
    from plainsight.recording.recorder import Recorder

    class Power(Protocol):
        """Where the wearer can ask for the shelf."""

        def ask(self, state: str, reason: str) -> None: ...


_TRIGGER = "button"


class Wearer:
    """`gesture` returns at once and never raises: what takes its time runs in a task of its own."""

    def __init__(
        self,
        recorder: "Recorder",
        window: "PairingWindow",
        power: "Power",
        log: "Callable[[str], None]",
        survived: "Callable[[str, Exception], None]",
    ):
        self._recorder = recorder
        self._window = window
        self._power = power
        self._log = log
        self._photographing = Photographing(_TRIGGER, recorder, log, survived)
        self._acts = {
            PRESS: self._press,
            HOLD: self._hold,
            LONG: self._open_window,
            DOUBLE: self._mark,
            TRIPLE: self._shelve,
        }

    def gesture(self, name: str) -> None:
        """Do what it means. Whatever runs is ended by a press or a hold, and nothing else is begun by that."""
        if name in (PRESS, HOLD, LONG) and self._recorder.doing in (CLIP, TIMELAPSE, LIVE):
            self._log("%s ended" % self._recorder.stop(_TRIGGER))
            return
        try:
            self._acts[name]()
        except Refused as refused:
            self._photographing.refuse(refused)

    def _press(self) -> None:
        asyncio.create_task(self._photographing.take())

    def _hold(self) -> None:
        self._recorder.begin_clip(_TRIGGER)

    def _mark(self) -> None:
        self._recorder.mark(_TRIGGER)

    def _shelve(self) -> None:
        self._power.ask("shelf", _TRIGGER)

    def _open_window(self) -> None:
        self._window.open()
        self._log("pairing window open")
