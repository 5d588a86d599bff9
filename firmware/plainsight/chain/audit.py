"""Checks, while the glasses run, the segments that were too many to be checked when they started."""

from plainsight.compat import const
from plainsight.journal_check import Check

_LINES_AT_A_TIME = const(8)  # a few milliseconds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from plainsight.journal import Journal


async def audit(journal: "Journal", pause: "Callable[[], Awaitable[None]]") -> int | None:
    """Walk them once; the first number of a segment that is damaged, which the journal then records, or None.

    `pause` is awaited between a few lines and the next. Raises Refused where damage cannot be recorded.
    """
    for start, head, following, following_head in journal.unchecked():
        check = Check(start, head, following, following_head, (0, b""))
        check.begin(start)
        if await _walk(journal, check, start, pause) and check.verdict(True) != "ok":
            journal.leave_behind(start, check.verdict(True))
            return start
    return None


async def _walk(journal: "Journal", check: Check, start: int, pause: "Callable[[], Awaitable[None]]") -> bool:
    """Take in one segment; False where it was pruned meanwhile, or cannot be read."""
    offset = 0
    while offset >= 0:
        await pause()
        path = journal.segment_path(start)
        if path is None:
            return False
        try:
            offset = check.some(path, offset, _LINES_AT_A_TIME)
        except OSError:
            check.damage("unreadable")
            return True
    return True
