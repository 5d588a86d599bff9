"""Reads a journal from its base to its end and names what is wrong with it. Knows nothing of writing."""

import hashlib
import json


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

    def segment(self, path: str, start: int) -> None:
        """Take in the segment whose first line has number `start`."""
        if not self.whole:
            self._damaged("edited")
        self._due(start)
        with open(path, "rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    self.whole = False
                    return
                self._line(line)

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

    def _without_head(self) -> str:
        """The second file is written before the first line: with lines and without it, somebody took it away."""
        return "rolled_back" if self.count or self._signed[0] or not self.whole else "new"

    def _line(self, line: bytes) -> None:
        number = read_line(line)
        if number is not None and number == self._missing:
            self._damage = "reordered"  # it was not removed: it stands further down
        if number is None:
            self._damaged("edited")
        else:
            self._due(number)
        if self._damage:
            return
        self.head = hashlib.sha256(self.head + line[:-1]).digest()
        self.count += 1
        if self.count == self._told[0]:
            self.at_count = self.head
        if self.count == self._signed[0] and self.head != self._signed[1]:
            self._damaged("edited")

    def _due(self, number: int) -> None:
        """The next line must have the next number."""
        if not self._damage and number > self.count:
            self._missing = self.count
            self._damaged("removed")
        elif number < self.count:
            self._damaged("reordered")

    def _damaged(self, what: str) -> None:
        self._damage = self._damage or what


def read_line(line: bytes) -> int | None:
    """The number of a whole line of the journal, or None for anything else."""
    if not line.endswith(b"\n"):
        return None
    try:
        record = json.loads(line)
    except (ValueError, TypeError, UnicodeError):
        return None
    if not isinstance(record, list) or len(record) != 4 or not isinstance(record[0], int) or record[0] < 0:
        return None
    return record[0]
