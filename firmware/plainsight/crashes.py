"""What went wrong, kept across restarts: the last crashes in one small file, for the app and for the next boot.

A row names the kind of error and its place in our code, never its message: messages can hold what must not be told.
After some boots in a row that ended badly the glasses wait before each further one, and the camera stays off until
they have run steadily: a fault must not drain the battery, nor flash the capture light at people.
"""

from plainsight import compat, small_file
from plainsight.compat import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

KEPT = const(8)
LOOP_AFTER = const(3)  # bad ends in a row
STEADY_MS = const(600_000)  # that long without a bad end, and the row of them is over
_FIRST_PAUSE_MS = const(2_000)
_LONGEST_PAUSE_MS = const(300_000)
_MAX_TEXT = const(120)
_MAX_COUNT = const(0xFFFF)
_VERSION = const(1)
_TABLE = (
    ("boots", "int", 0, 0x7FFFFFFF),
    ("bad", "int", 0, 0x7FFFFFFF),
    ("count", "int", 0, _MAX_COUNT),
    ("crashes", "list", KEPT),
)
_ROW = (
    ("boot", "int", 0, 0x7FFFFFFF),
    ("time_s", "int", 0, 0x7FFFFFFFFFFF),
    ("cause", "str", 1, 40),
    ("text", "str", 0, _MAX_TEXT),
)
LATE = "late"


class Crashes:
    """`now()` gives unix seconds. Causes: exception, task (survived), late, watchdog, brownout."""

    def __init__(self, path: str, now: "Callable[[], int]", log: "Callable[[str], None]"):
        self._path = path
        self._now = now
        self._log = log
        self._boots = 0
        self._bad = 0  # boots in a row that ended badly
        self._rows: list[dict[str, Any]] = []
        self.count = 0  # since a phone last had them forgotten

    def begin(self, reset_cause: str, note: "Callable[[str], None]") -> None:
        """A boot: read the file, and add what only the chip knows of how the last one ended."""
        fields = small_file.load(self._path, _VERSION, _TABLE, note) or {}
        self._boots = fields.get("boots", 0) + 1
        self._bad = fields.get("bad", 0)
        self.count = fields.get("count", 0)
        self._rows = [row for row in fields.get("crashes", []) if _makes_sense(row)]
        named = any(row["cause"] == LATE for row in self.of_last_boot())
        if reset_cause == "brownout" or (reset_cause == "watchdog" and not named):
            self._add(self._boots - 1, reset_cause, "")
        self._save()

    def pause_ms(self) -> int:
        """How long to wait before this boot goes on."""
        if self._bad < LOOP_AFTER:
            return 0
        return min(_LONGEST_PAUSE_MS, _FIRST_PAUSE_MS << min(self._bad - LOOP_AFTER, 10))

    def in_loop(self) -> bool:
        """True while the camera must stay off: too many boots ended badly, and this one has not yet proven itself."""
        return self._bad >= LOOP_AFTER

    def steady(self) -> None:
        """This boot has run for STEADY_MS."""
        if self._bad:
            self._bad = 0
            self._save()

    def fatal(self, error: BaseException, task: str = "") -> None:
        """An exception ends this boot."""
        self._add(self._boots, "exception", _described(error, task))
        self._save()

    def survived(self, task: str, error: BaseException) -> None:
        """An exception at the top of a task that the glasses outlive."""
        self._append(self._boots, "task", _described(error, task))
        self._save()

    def late(self, task: str) -> None:
        """A task has not reported in time: the watchdog will end this boot unless it still does."""
        self._add(self._boots, LATE, task)
        self._save()

    def rows(self) -> "list[dict[str, Any]]":
        """The last KEPT crashes, oldest first: boot, time_s, cause, text."""
        return list(self._rows)

    def of_last_boot(self) -> "list[dict[str, Any]]":
        """The rows of the boot before this one."""
        return [row for row in self._rows if row["boot"] == self._boots - 1]

    def forget(self) -> None:
        """The owner has seen them. Raises OSError; then they stay."""
        rows, count = self._rows, self.count
        self._rows, self.count = [], 0
        try:
            self._write()
        except OSError:
            self._rows, self.count = rows, count
            raise

    def _add(self, boot: int, cause: str, text: str) -> None:
        self._bad += 1
        self._append(boot, cause, text)

    def _append(self, boot: int, cause: str, text: str) -> None:
        row = {"boot": boot, "time_s": max(0, self._now()), "cause": cause, "text": text[:_MAX_TEXT]}
        self._rows = (self._rows + [row])[-KEPT:]
        self.count = min(_MAX_COUNT, self.count + 1)
        self._log("%s: %s" % (cause, text))

    def _save(self) -> None:
        """As far as the flash lets: nothing may crash because a crash can't be written."""
        try:
            self._write()
        except OSError as error:
            self._log("crash log not written: errno %d" % (error.errno or 0))

    def _write(self) -> None:
        fields = {"boots": self._boots, "bad": self._bad, "count": self.count, "crashes": self._rows}
        small_file.save(self._path, _VERSION, fields)


def _described(error: BaseException, task: str) -> str:
    """Kind and place, and the number of an OSError; no message."""
    text = type(error).__name__
    if isinstance(error, OSError) and error.errno is not None:
        text += " %d" % error.errno
    place = compat.innermost(error)
    if place:
        text += " at " + place
    return task + ": " + text if task else text


def _makes_sense(row: object) -> bool:
    return isinstance(row, dict) and small_file.fits(row, _ROW)
