"""The lines of the journal on flash, in segments of at most SEGMENT_LINES, each named after its first number."""

from plainsight import compat, files
from plainsight.compat import const
from plainsight.journal_check import LONGEST_LINE, read_line

SEGMENT_LINES = const(64)  # what one page, one head or one mend has to read at most: about 8 kB
MOST_RECORDS = const(50_000_000)  # a number above it in a name or a note was never written here
_ENDING = ".log"
_DIGITS = const(8)
_PIECE_BYTES = const(512)


class Segments:
    """The segments in `folder`; `starts` are their first numbers, ascending."""

    def __init__(self, folder: str):
        self._folder = folder
        self.starts: list[int] = []

    def find(self) -> None:
        """Look which segments there are. Raises OSError."""
        self.starts = [start for start in map(_start, files.names(self._folder)) if start is not None]

    def path(self, start: int) -> str:
        """The file of a segment."""
        return "%s/%08d%s" % (self._folder, start, _ENDING)

    def holding(self, number: int) -> int:
        """Index in `starts` of the segment where this line would stand; 0 where it lies before all of them."""
        index = len(self.starts) - 1
        while index > 0 and self.starts[index] > number:
            index -= 1
        return max(0, index)

    def lines(self, first: int, limit: int, end: int) -> list[str]:
        """Up to `limit` whole lines with numbers from `first` to before `end`. Raises OSError."""
        found: list[str] = []
        for start in self.starts[self.holding(first) :]:
            if start >= end or len(found) == limit:
                break
            self._lines_of(start, first, limit, end, found)
        return found

    def append(self, start: int, line: bytes) -> None:
        """Write one line without its newline to the end of a segment; it is on the medium then. Raises OSError."""
        with open(self.path(start), "ab") as file:
            file.write(line)
            file.write(b"\n")
            compat.flush(file)
        if not self.starts or self.starts[-1] != start:
            self.starts.append(start)

    def mend(self, start: int, end: int) -> None:
        """Keep the whole lines before number `end` alone: nothing can be appended after half a line. Raises OSError."""
        path = self.path(start)
        if files.size(path) is None:
            return
        beside = path + files.BESIDE
        with open(path, "rb") as old, open(beside, "wb") as new:
            while line := old.readline(LONGEST_LINE):
                number = read_line(line)
                if number is not None and number < end:
                    new.write(line)
            compat.flush(new)
        files.rename(beside, path)

    def end_of(self, start: int) -> int:
        """The number after the last line that may ever have stood in a segment, by its newlines. Raises OSError."""
        count = 0
        with open(self.path(start), "rb") as file:
            while piece := file.read(_PIECE_BYTES):
                count += piece.count(b"\n")
        return start + count

    def remove(self, start: int) -> None:
        """Erase a segment. Raises OSError."""
        files.remove(self.path(start))
        if start in self.starts:
            self.starts.remove(start)

    def _lines_of(self, start: int, first: int, limit: int, end: int, found: list[str]) -> None:
        """Add to `found` from one segment, until there are `limit`."""
        with open(self.path(start), "rb") as file:
            while len(found) < limit:
                line = file.readline(LONGEST_LINE)
                if not line:
                    return
                text = _text(line) if first <= _number(line) < end else None
                if text is not None:
                    found.append(text)


def _start(name: str) -> int | None:
    """The number in the name of a segment, or None for another file."""
    digits = name[:_DIGITS]
    if name != digits + _ENDING or len(digits) != _DIGITS or not digits.isdigit():
        return None
    return int(digits) if int(digits) < MOST_RECORDS else None


def _text(line: bytes) -> str | None:
    """A whole line as text, or None for anything else."""
    try:
        return str(line[:-1], "utf-8") if read_line(line) is not None else None
    except UnicodeError:
        return None


def _number(line: bytes) -> int:
    """The number that a line begins with, without reading the rest of it; -1 where there is none."""
    digits = line[1 : max(1, line.find(b","))]
    return int(digits) if digits.isdigit() else -1
