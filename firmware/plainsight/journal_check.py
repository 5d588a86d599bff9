"""Reads a journal from its base to its end and names what is wrong with it. Knows nothing of writing."""

import hashlib
import json

from plainsight.compat import const

LONGEST_LINE = const(1025)  # bytes with the newline; what is longer was never written here


class Check:
    """Walks the segments in order.

    `count`, `head`: what the second file says; `signed`: the (count, head) that the phone signed last.
    """

    def __init__(self, base: int, base_head: bytes, count: int, head: bytes, signed: tuple[int, bytes]):
        self._told = (count, head)
        self._signed = signed
        self._damage = ""
        self._missing: int | None = None  # the number of a line that did not come when it was due
        self.count = base
        self.head = base_head
        self.whole = True  # False: half a line stands at the end
        self.at_count: bytes | None = base_head if count == base else None  # the head after `count` lines
        self.heads: dict[int, bytes] = {}  # the head before each segment that was walked

    def segment(self, path: str, start: int) -> None:
        """Take in the segment whose first line has number `start`. Raises OSError."""
        self.begin(start)
        offset = 0
        while offset >= 0:
            offset = self.some(path, offset, 64)

    def begin(self, start: int) -> None:
        """A segment begins whose first line has number `start`."""
        if not self.whole:
            self.damage("edited")
        self._due(start)
        self.heads[start] = self.head

    def some(self, path: str, offset: int, lines: int) -> int:
        """Take in some lines of the segment from a byte offset on; returns the next offset, -1 at its end."""
        with open(path, "rb") as file:
            file.seek(offset)
            for _ in range(lines):
                line = file.readline(LONGEST_LINE)
                if not line:
                    return -1
                if not line.endswith(b"\n"):
                    if len(line) < LONGEST_LINE:
                        self.whole = False
                        return -1
                    self.damage("edited")
                offset += len(line)
                self._line(line)
        return offset

    def verdict(self, found: bool) -> str:
        """What `Journal.open` returns; `found`: there was a readable second file."""
        told_count, told_head = self._told
        signed_count, _ = self._signed
        if self._damage:
            return self._damage
        if signed_count > self.count:
            return "rolled_back" if self.count == told_count else "truncated"
        if not found:
            return self._without_head()
        if self.count < told_count:
            return "truncated"
        if self.at_count != told_head:
            return "edited"
        if self.count > told_count + 1:
            return "rolled_back"
        return "recovered" if self.count > told_count or not self.whole else "ok"

    def damage(self, what: str) -> None:
        """Something is wrong; what was found first counts."""
        self._damage = self._damage or what

    def _without_head(self) -> str:
        """The second file is written before the first line: with lines and without it, somebody took it away."""
        return "rolled_back" if self.count or self._signed[0] or not self.whole else "new"

    def _line(self, line: bytes) -> None:
        number = read_line(line)
        if number is not None and number == self._missing:
            self._damage = "reordered"  # it was not removed: it stands further down
        if number is None:
            self.damage("edited")
        else:
            self._due(number)
        if self._damage:
            return
        self.head = hashlib.sha256(self.head + line[:-1]).digest()
        self.count += 1
        if self.count == self._told[0]:
            self.at_count = self.head
        if self.count == self._signed[0] and self.head != self._signed[1]:
            self.damage("edited")

    def _due(self, number: int) -> None:
        """The next line must have the next number."""
        if not self._damage and number > self.count:
            self._missing = self.count
            self.damage("removed")
        elif number < self.count:
            self.damage("reordered")


def read_line(line: bytes) -> int | None:
    """The number of a whole line of the journal, or None for anything else."""
    if not line.endswith(b"\n"):
        return None
    try:
        record = json.loads(line)
    except (ValueError, TypeError, RuntimeError):  # RuntimeError: nested too deep
        return None
    if not isinstance(record, list) or len(record) != 4 or not isinstance(record[0], int) or record[0] < 0:
        return None
    return record[0]
