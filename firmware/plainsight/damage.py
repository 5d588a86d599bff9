"""What was found damaged on flash at boot: said on the console at once, and on record as soon as a journal is open."""

from plainsight.compat import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from plainsight.journal import Journal

_MOST = const(16)  # a file of nonsense fills no journal


class Damage:
    """A list of (file, what); `what` is a word of ours, never content of the file."""

    def __init__(self, log: "Callable[[str], None]"):
        self._log = log
        self._found: list[tuple[str, str]] = []

    def note(self, file: str, what: str) -> None:
        """One thing in `file` that is not obeyed."""
        if (file, what) not in self._found and len(self._found) < _MOST:
            self._found.append((file, what))
            self._log("damaged: %s: %s" % (file, what))

    def of(self, file: str) -> "Callable[[str], None]":
        """`note` for one file."""
        return lambda what: self.note(file, what)

    def record(self, journal: "Journal") -> None:
        """Put what was found on record. Raises Refused; what is not yet on record stays noted."""
        while self._found:
            file, what = self._found[0]
            journal.append("damage", file=file, what=what)
            self._found.pop(0)
