"""The home of promise 3 on the glasses: what happened, as lines in a hash chain.

    h_0 = SHA-256("plainsight-journal-v1" || anchor)        anchor = SHA-256 of the device certificate
    h_n+1 = SHA-256(h_n || line n without its newline)      line = [seq,time_s,"kind",{data}]

A chain does not show that its tail was cut off, so the count and the head stand in a second file (`head`), and what
the phone countersigned in a third (`countersigned`). Lines lie in segments named after their first number. A line is
written before the head: after a power cut there is at most one line more than the head says, and `open` takes it in.
"""

import binascii
import hashlib
import json

from plainsight import compat, files
from plainsight.compat import const
from plainsight.errors import Refused
from plainsight.journal_check import Check, read_line

KINDS = (
    "boot",
    "exposure",
    "refusal",
    "mark",
    "timelapse",
    "import",
    "imported",
    "delete",
    "pairing",
    "pairing_failures",
    "revoke",
    "wrap",
    "unwrap",
    "settings",
    "clock",
    "card",
    "power",
    "update",
    "crash",
    "damage",
    "reset",
    "prune",
    "countersign",
)
_SEGMENT_LINES = const(256)
_MAX_LINE_BYTES = const(1024)
_UNREADABLE = (KeyError, ValueError, TypeError, UnicodeError)
_LABEL = b"plainsight-journal-v1"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Journal:
    """An append-only record in `folder`; `now()` gives unix seconds, `anchor` is 32 bytes."""

    def __init__(self, folder: str, now: "Callable[[], int]", anchor: bytes):
        self._folder = folder
        self._now = now
        self._base = 0  # lines before this one belong to a chain that was found damaged
        self._base_head = hashlib.sha256(_LABEL + anchor).digest()
        self._anchor_head = self._base_head
        self._segment = 0  # the number in the name of the segment that is being written
        self._whole = False  # the last segment ends in a whole line, so that it can be appended to
        self.count = 0
        self.head = self._base_head
        self.countersigned = 0

    def open(self) -> str:
        """Check everything and recover from a power cut.

        Returns `new`, `ok`, `recovered` (a power cut), or what was done to the record: `edited`, `removed`,
        `reordered`, `truncated`, `rolled_back`. After damage the old lines stay readable and the chain goes on
        from the head that the second file holds.
        """
        files.make_folder(self._folder)
        found = self._read_head()
        signed = self._read_countersigned()
        check = self._check(self.count, self.head, signed)
        verdict = check.verdict(found)
        if verdict in ("new", "ok", "recovered"):
            self._adopt(check)
        else:
            if not found:
                self.head = check.head
            self._start_after_damage()
        return verdict

    def append(self, kind: str, **data: object) -> None:
        """Add one record; it is on the medium when this returns. Raises Refused("journal_failed") if it is not."""
        if kind not in KINDS:
            raise ValueError(kind)
        line = json.dumps([self.count, self._now(), kind, data], separators=(",", ":")).encode()
        if len(line) > _MAX_LINE_BYTES:
            raise ValueError(kind)
        head = hashlib.sha256(self.head + line).digest()
        try:
            self._mend()
            self._write_line(line)
            self._write_head(self.count + 1, head)
        except OSError as error:
            self._whole = False
            raise Refused("journal_failed", {"errno": error.errno})
        self.count += 1
        self.head = head

    def lines(self, first: int, limit: int) -> tuple[list[str], bool]:
        """Up to `limit` lines from number `first` on as text, and whether there are more."""
        found: list[str] = []
        starts = self._segments()
        for index, start in enumerate(starts):
            if index + 1 < len(starts) and starts[index + 1] <= first:
                continue
            with open(self._path(start), "rb") as file:
                for line in file:
                    number = read_line(line)
                    if number is None or not first <= number < self.count:
                        continue
                    if len(found) == limit:
                        return found, True
                    found.append(str(line[:-1], "utf-8"))
        return found, False

    def head_at(self, count: int) -> bytes | None:
        """The head after `count` lines, or None where this chain can't tell."""
        if count == self.count:
            return self.head
        return self._check(count, b"", (0, b"")).at_count

    def countersign(self, count: int, head: bytes, mac: bytes) -> None:
        """Keep the phone's signature under the first `count` lines. Raises Refused("bad_request") if they differ."""
        if not self.countersigned <= count <= self.count or self.head_at(count) != head:
            raise Refused("bad_request", {"count": self.count})
        fields = {"count": count, "head": _hex(head), "mac": _hex(mac)}
        try:
            files.write_atomic(self._folder + "/countersigned", json.dumps(fields).encode())
        except OSError as error:
            raise Refused("journal_failed", {"errno": error.errno})
        self.countersigned = count
        self.append("countersign", count=count)

    def _check(self, count: int, head: bytes, signed: tuple[int, bytes]) -> Check:
        """A walk over everything from the base on."""
        check = Check(self._base, self._base_head, count, head, signed)
        for start in self._segments():
            if start >= self._base:
                self._segment = start
                check.segment(self._path(start), start)
        return check

    def _adopt(self, check: Check) -> None:
        """Go on from what the check found; write down a line that the head file did not know yet."""
        self._whole = check.whole
        if (check.count, check.head) != (self.count, self.head) or check.count == 0:
            self._write_head(check.count, check.head)
            self.count, self.head = check.count, check.head

    def _start_after_damage(self) -> None:
        """Number on past everything that was ever recorded, in a new segment, from the head that is known."""
        last = max([self.count, self.countersigned] + [start + self._lines_in(start) for start in self._segments()])
        self._base = self._segment = self.count = last
        self._base_head = self.head
        self._whole = False
        self._write_head(self.count, self.head)

    def _lines_in(self, start: int) -> int:
        with open(self._path(start), "rb") as file:
            return sum(1 for line in file if line.endswith(b"\n"))

    def _mend(self) -> None:
        """Drop half a line that a cut or a full medium left behind; nothing can be appended after it."""
        if self._whole:
            return
        path = self._path(self._segment)
        beside = path + files.BESIDE
        if files.size(path) is not None:
            with open(path, "rb") as old, open(beside, "wb") as new:
                for line in old:
                    number = read_line(line)
                    if number is not None and number < self.count:
                        new.write(line)
                compat.flush(new)
            files.rename(beside, path)
        self._whole = True

    def _write_line(self, line: bytes) -> None:
        if self.count - self._segment >= _SEGMENT_LINES:
            self._segment = self.count
        with open(self._path(self._segment), "ab") as file:
            file.write(line + b"\n")
            compat.flush(file)

    def _write_head(self, count: int, head: bytes) -> None:
        fields = {"count": count, "head": _hex(head), "base": self._base, "base_head": _hex(self._base_head)}
        files.write_atomic(self._folder + "/head", json.dumps(fields).encode())

    def _read_head(self) -> bool:
        """Load the second file; False where there is none, or none that can be read."""
        fields = _fields(self._folder + "/head")
        try:
            self.count = int(fields["count"])
            self._base = self._segment = int(fields["base"])
            self.head = binascii.unhexlify(fields["head"])
            self._base_head = binascii.unhexlify(fields["base_head"])
        except _UNREADABLE:
            self.count = self._base = self._segment = 0
            self.head = self._base_head = self._anchor_head
            return False
        return True

    def _read_countersigned(self) -> tuple[int, bytes]:
        fields = _fields(self._folder + "/countersigned")
        try:
            self.countersigned = int(fields["count"])
            return self.countersigned, binascii.unhexlify(fields["head"])
        except _UNREADABLE:
            self.countersigned = 0
            return 0, b""

    def _segments(self) -> list[int]:
        """The numbers in the names of the segments, ascending."""
        names = files.names(self._folder)
        return [int(name[:-4]) for name in names if name.endswith(".log") and name[:-4].isdigit()]

    def _path(self, start: int) -> str:
        return "%s/%08d.log" % (self._folder, start)


def _fields(path: str) -> dict[str, str]:
    try:
        fields = json.loads(files.read(path) or b"{}")
    except _UNREADABLE:
        return {}
    return fields if isinstance(fields, dict) else {}


def _hex(data: bytes) -> str:
    return binascii.hexlify(data).decode()
