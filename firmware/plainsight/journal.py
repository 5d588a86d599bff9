"""The home of promise 3 on the glasses: what happened, as lines in a hash chain.

    h_0 = SHA-256("plainsight-journal-v1" || anchor)        anchor = SHA-256 of the device certificate
    h_n+1 = SHA-256(h_n || line n without its newline)      line = [seq,time_s,"kind",{data}]

A chain does not show that its tail was cut off, so the count and the head stand in a second file (`head`), and what
the phone countersigned in a third (`countersigned`). Lines lie in segments named after their first number; `index`
holds the head before each, so that no question needs more than one segment. A line is written before the head: after a
power cut there is at most one line more than the head says, and `open` takes it in. Whole segments that the phone has
countersigned are pruned, oldest first, once there are too many; a `prune` record says so before it is done.
"""

import hashlib
import json

from plainsight import files
from plainsight.chain import notes
from plainsight.chain.segments import SEGMENT_LINES, Segments
from plainsight.compat import const
from plainsight.errors import Refused
from plainsight.journal_check import Check

KINDS = (
    "boot",
    "exposure",
    "refusal",
    "mark",
    "timelapse",
    "live",
    "keyword",
    "question",
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
# What the owner does, which must go on when the flash is full: these may use the room that is kept in reserve.
_MUST_GO_ON = ("delete", "imported", "revoke", "settings", "reset", "prune", "countersign")
_MOST_SEGMENTS = const(32)  # 2048 records, about 270 kB
_PRUNED_TO_SEGMENTS = const(24)
_CHECKED_AT_BOOT = const(8)  # the newest segments; `chain.audit` checks the others while the glasses run
_MAX_LINE_BYTES = const(1024)
_RESTOCK_EVERY = const(8)  # records between two attempts to fill the reserve again
_LABEL = b"plainsight-journal-v1"
_SOUND = ("new", "ok", "recovered")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Journal:
    """An append-only record in `folder`; `now()` gives unix seconds, `anchor` is 32 bytes.

    The chain can be checked from line `first` on, before which the head was `first_head`.
    """

    def __init__(self, folder: str, now: "Callable[[], int]", anchor: bytes):
        self._folder = folder
        self._now = now
        self._anchor_head = hashlib.sha256(_LABEL + anchor).digest()
        self._segments = Segments(folder)
        self._index: dict[int, bytes] = {}  # the head before each segment from `first` on
        self._unsure = False  # a write broke off: what lies on the medium may not be what is known here
        self._reserved = False
        self._kept = 0  # the first line that was not pruned
        self.first = 0
        self.first_head = self._anchor_head
        self.count = 0
        self.head = self._anchor_head
        self.countersigned = 0

    def open(self) -> str:
        """Check the newest segments, and everything where those are not sound; recover from a power cut. Never raises.

        Returns `new`, `ok`, `recovered` (a power cut), or what was done to the record: `edited`, `removed`,
        `reordered`, `truncated`, `rolled_back`, `unreadable`. After damage the old lines stay readable and the chain
        goes on from the head that the second file holds.
        """
        try:
            files.make_folder(self._folder)
            verdict = self._examine()
        except OSError:
            verdict = "unreadable"
        if verdict not in _SOUND:
            self._start_after_damage()
        self._reserved = notes.fill_reserve(self._path("reserve"))
        return verdict

    def append(self, record: str, **data: object) -> None:
        """Add one record (of a kind; `data` may name another "kind"). Raises Refused("journal_failed").

        It is on the medium when this returns.
        """
        if record not in KINDS:
            raise ValueError(record)
        line = json.dumps([self.count, self._now(), record, data], separators=(",", ":")).encode()
        if len(line) > _MAX_LINE_BYTES:
            raise ValueError(record)
        self._durably(record in _MUST_GO_ON, self._put, line)
        if not self._reserved and self.count % _RESTOCK_EVERY == 0:  # deletions may have made room
            self._reserved = notes.fill_reserve(self._path("reserve"))

    def lines(self, first: int, limit: int) -> tuple[list[str], bool]:
        """Up to `limit` lines from number `first` on as text, and whether there are more. Raises OSError."""
        found = self._segments.lines(first, limit + 1, self.count)
        return found[:limit], len(found) > limit

    def head_at(self, count: int) -> bytes | None:
        """The head after `count` lines, or None where this chain can't tell. Raises OSError."""
        if count == self.count:
            return self.head
        if not self.first <= count < self.count:
            return None
        start = self._segments.starts[self._segments.holding(count)]
        check = Check(start, self._head_before(start), count, b"", (0, b""))
        check.segment(self._segments.path(start), start)
        return check.at_count

    def countersign(self, count: int, head: bytes, mac: bytes) -> None:
        """Keep the phone's signature under the first `count` lines. Raises Refused("bad_request") if they differ."""
        if not self.countersigned <= count <= self.count or self.head_at(count) != head:
            raise Refused("bad_request", {"count": self.count})
        self._durably(True, notes.write_signed, self._path("countersigned"), count, head, mac)
        self.countersigned = count
        self.append("countersign", count=count)
        self.prune()

    def prune(self) -> None:
        """Remove the oldest segments that are wholly countersigned, where there are too many or no room is left."""
        keep = _PRUNED_TO_SEGMENTS if self._reserved else 1
        most = _MOST_SEGMENTS if self._reserved else 1
        starts = self._segments.starts
        index = 0
        while len(starts) > most and len(starts) - index > keep and starts[index + 1] <= self.countersigned:
            index += 1
        if index == 0:
            return
        try:
            self._prune_to(starts[index])
        except (Refused, OSError):  # the next countersignature tries again
            return

    def unchecked(self) -> list[tuple[int, bytes, int, bytes]]:
        """What `open` left out, oldest first: (first number, head before it, number behind it, head behind it)."""
        starts = self._checkable()
        left_out = range(max(0, len(starts) - _CHECKED_AT_BOOT))
        return [
            (starts[at], self._head_before(starts[at]), starts[at + 1], self._head_before(starts[at + 1]))
            for at in left_out
        ]

    def segment_path(self, start: int) -> str | None:
        """The file of a segment, None where it was pruned."""
        return self._segments.path(start) if start in self._segments.starts else None

    def leave_behind(self, start: int, what: str) -> None:
        """A segment was found damaged while running: go on as after damage that `open` finds. Raises Refused."""
        self._start_after_damage()
        self.append("damage", file="journal", what=what, first=start)

    def _examine(self) -> str:
        """The verdict about what lies on flash, taken over where it is sound. Raises OSError."""
        self._segments.find()
        self._index = notes.read_index(self._path("index"))
        found = self._read_head()
        self._forget_pruned()
        self.countersigned, signed_head = notes.read_signed(self._path("countersigned"))
        start = self._quick_start()
        check = self._check(start, (self.countersigned, signed_head))
        verdict = check.verdict(found)
        if verdict not in _SOUND and start != self.first:
            check = self._check(self.first, (self.countersigned, signed_head))
            verdict = check.verdict(found)
        if verdict in _SOUND:
            self._adopt(check)
        elif not found:
            self.head = check.head
        return verdict

    def _quick_start(self) -> int:
        """Where a check may begin: at the newest segments where index and segments agree, else at the base."""
        starts = self._checkable()
        indexed = [start for start in self._index if start >= self.first and start != self.count]
        if len(starts) <= _CHECKED_AT_BOOT or sorted(indexed) != [start for start in starts if start != self.count]:
            return self.first
        return starts[-_CHECKED_AT_BOOT]

    def _check(self, start: int, signed: tuple[int, bytes]) -> Check:
        """A walk over everything from the segment `start` on. Raises OSError."""
        check = Check(start, self._head_before(start), self.count, self.head, signed)
        for each in self._checkable():
            if each >= start:
                check.segment(self._segments.path(each), each)
        return check

    def _checkable(self) -> list[int]:
        """The segments from the base on."""
        return [start for start in self._segments.starts if start >= self.first]

    def _head_before(self, start: int) -> bytes:
        return self.first_head if start <= self.first else self._index[start]

    def _adopt(self, check: Check) -> None:
        """Go on from what the check found; write down a line that the head file did not know yet."""
        self._unsure = not check.whole
        known = {start: head for start, head in self._index.items() if start >= self.first}
        known.update(check.heads)
        changed = known != self._index
        self._index = known
        try:
            if changed:
                notes.write_index(self._path("index"), known)
            if (check.count, check.head) != (self.count, self.head) or check.count == 0:
                self._write_head(check.count, check.head)
        except OSError:
            self._unsure = True  # a full flash: written again before the next record
        self.count, self.head = check.count, check.head

    def _start_after_damage(self) -> None:
        """Number on past everything that was ever recorded, in a new segment, from the head that is known."""
        ends = [self._end_of(start) for start in self._segments.starts]
        self.first = self.count = max([self.count, self.countersigned] + ends)
        self.first_head = self.head
        self._index = {}
        self._unsure = True
        try:
            self._settle()
        except OSError:
            return  # tried again before the next record

    def _end_of(self, start: int) -> int:
        try:
            return self._segments.end_of(start)
        except OSError:
            return start + SEGMENT_LINES

    def _put(self, line: bytes) -> None:
        """Line, then head. Raises OSError; whatever breaks it off, the next one begins by setting the files right."""
        self._settle()
        self._unsure = True
        starts = self._segments.starts
        if not starts or starts[-1] < self.first or self.count - starts[-1] >= SEGMENT_LINES:
            self._index[self.count] = self.head
            notes.write_index(self._path("index"), self._index)
            start = self.count
        else:
            start = starts[-1]
        self._segments.append(start, line)
        head = hashlib.sha256(self.head + line).digest()
        self._write_head(self.count + 1, head)
        self.head = head
        self.count += 1
        self._unsure = False

    def _durably(self, must_go_on: bool, write: "Callable[..., None]", *what: object) -> None:
        """Write; what must go on gets the reserve's room where there is no other. Raises Refused("journal_failed")."""
        try:
            write(*what)
        except OSError as error:
            if not must_go_on or not self._use_reserve():
                raise Refused("journal_failed", {"errno": error.errno})
            try:
                write(*what)
            except OSError as again:
                raise Refused("journal_failed", {"errno": again.errno})

    def _settle(self) -> None:
        """Make the medium hold the `count` lines that are known here and nothing behind them. Raises OSError."""
        if not self._unsure:
            return
        self._write_head(self.count, self.head)
        self._segments.find()
        while self._segments.starts and self._segments.starts[-1] >= self.count:
            self._segments.remove(self._segments.starts[-1])
        if self._checkable():
            self._segments.mend(self._segments.starts[-1], self.count)
        self._unsure = False

    def _use_reserve(self) -> bool:
        """Give the reserve's room to a record that must go on; False where it is used up."""
        self._reserved = False
        try:
            return notes.free_reserve(self._path("reserve"))
        except OSError:
            return False

    def _prune_to(self, start: int) -> None:
        """Record it, move the base, and only then remove: a power cut leaves the old base or leftovers."""
        head = self.head_at(start)
        self.append("prune", first=start, head=notes.as_hex(head) if head else None)
        self._kept = start
        if head is not None:
            self.first, self.first_head = start, head
        self._write_head(self.count, self.head)
        self._forget_pruned()
        self._index = {each: self._index[each] for each in self._index if each >= start}
        notes.write_index(self._path("index"), self._index)

    def _forget_pruned(self) -> None:
        """Remove what lies before the first line that is kept."""
        for start in self._segments.starts[:]:
            if start < self._kept:
                self._segments.remove(start)

    def _write_head(self, count: int, head: bytes) -> None:
        notes.write_head(self._path("head"), notes.Head(count, head, self.first, self.first_head, self._kept))

    def _read_head(self) -> bool:
        """Load the second file; False where there is none: then the index may know where the chain begins."""
        held = notes.read_head(self._path("head"))
        if held is not None:
            self.count, self.head = held.count, held.head
            self.first, self.first_head, self._kept = held.base, held.base_head, held.first
            return True
        begun = [start for start in self._index if start in self._segments.starts]
        self.count = self.first = self._kept = min(begun) if begun else 0
        self.head = self.first_head = self._index[self.first] if begun else self._anchor_head
        return False

    def _path(self, name: str) -> str:
        return self._folder + "/" + name
