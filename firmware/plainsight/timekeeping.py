"""The time of day: set by the phone, kept by the chip, and never behind what was once known, even after a flat battery.

Rules. A phone's time that differs by no more than STEP_S changes nothing. A greater step, forward or back, is believed,
since there is no better source, but stands in the journal (`clock`, old and new) before it takes effect. A time that no
calendar of ours holds (before EARLIEST_S, after LATEST_S) is not taken, and once per boot the journal says so.
Nothing depends on the order of times: items and records are ordered by their numbers, durations come from ticks.
"""

from plainsight import small_file
from plainsight.errors import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from plainsight.contract import Board, Clock
    from plainsight.journal import Journal

EARLIEST_S = 1_735_689_600  # 2025-01-01: before this firmware was written
LATEST_S = 3_000_000_000  # 2065: the ESP32 port counts 31 bits from 2000
STEP_S = 5
_SAVE_EVERY_S = 3600
_VERSION = 1
_TABLE = (("time_s", "int", EARLIEST_S, LATEST_S),)


class Timekeeper:
    """Keeps `board`'s clock. `path`: the file with the latest time that is known."""

    def __init__(self, board: "Board", clock: "Clock", journal: "Journal", path: str):
        self._board = board
        self._clock = clock
        self._journal = journal
        self._path = path
        self._ticks = clock.ms()
        self._uptime_ms = 0
        self._saved_s = 0  # in uptime
        self._doubted = False

    def restore(self, note: "Callable[[str], None]") -> str:
        """After power-on: go on from the latest time that is known. Returns `kept`, `restored` or `unset`."""
        known = small_file.load(self._path, _VERSION, _TABLE, note)
        now_s = self._board.now_s()
        if known is not None and now_s < known["time_s"]:
            self._board.set_time(known["time_s"])
            return "restored"
        return "kept" if EARLIEST_S <= now_s <= LATEST_S else "unset"

    def told(self, time_s: int, phone: int) -> None:
        """A phone says what time it is. Raises nothing: where the step can't be recorded the clock stays as it is."""
        old_s = self._board.now_s()
        if abs(time_s - old_s) <= STEP_S:
            return
        try:
            if EARLIEST_S <= time_s <= LATEST_S:
                self._journal.append("clock", old=old_s, new=time_s, phone=phone)
                self._board.set_time(time_s)
                self._save()
            elif not self._doubted:
                self._journal.append("clock", old=old_s, asked=time_s, phone=phone)
                self._doubted = True
        except Refused:
            return

    def tick(self) -> None:
        """Call it every now and then, at least once in six days: ticks wrap."""
        now = self._clock.ms()
        self._uptime_ms += self._clock.diff(now, self._ticks)
        self._ticks = now
        if self._uptime_ms // 1000 - self._saved_s >= _SAVE_EVERY_S:
            self._save()

    def uptime_s(self) -> int:
        """Seconds since this boot."""
        self.tick()
        return self._uptime_ms // 1000

    def _save(self) -> None:
        """Write the time down; a flash that fails costs only what the next power-on would have known."""
        self._saved_s = self._uptime_ms // 1000
        now_s = self._board.now_s()
        if not EARLIEST_S <= now_s <= LATEST_S:
            return
        try:
            small_file.save(self._path, _VERSION, {"time_s": now_s})
        except OSError:
            return
