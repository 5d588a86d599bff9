"""The app's ledger: hash-chained JSON lines that only grow, each sealed, with their head in a second place."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, cast

from companion_app.ledger.errors import LedgerWriteFailed
from companion_app.ledger.examine import Examination, examine
from companion_app.ledger.head import Head, read_head, write_head
from companion_app.ledger.records import Entry, make_entry
from companion_app.ledger.verdict import Damage, Finding, Verdict
from companion_app.observers import Observers
from companion_app.vault import SealedFiles

_RECORDS = "ledger.jsonl"
_HEAD = "ledger.head"


class Ledger:
    """Records among `files`, head among `heads`; one process at a time. Opening recovers from a crash and says so.

    Damage that opening finds is recorded before anything else, so that growing does not hide it. What cannot be shown:
    records and head put back together to an older state, by somebody who can write both places. A line that was not
    sealed by this vault counts as unreadable, whatever it says.
    """

    def __init__(self, files: SealedFiles, heads: SealedFiles, clock: Callable[[], float] = time.time) -> None:
        """Raises LedgerWriteFailed where something had to be recorded and could not be, VaultLocked."""
        self._files = files
        self._heads = heads
        self._clock = clock
        self._observers: Observers[Entry] = Observers()
        self._recover()

    def append(self, kind: str, **data: Any) -> Entry:
        """Chain one record; durable before it returns. Raises NotRecordable, LedgerWriteFailed (nothing recorded)."""
        entry, line = make_entry(self._count, int(self._clock()), kind, data, self._tail)
        self._write(kind, line, Head(entry.seq + 1, entry.hash))
        self._entries.append(entry)
        self._count, self._tail = entry.seq + 1, entry.hash
        self._observers.notify(entry)
        return entry

    def entries(self) -> tuple[Entry, ...]:
        """All records whose hash fits their text, oldest first; an edited one is not among them."""
        return tuple(self._entries)

    def verify(self) -> Verdict:
        """Examine what is on the disk now, record by record and against the head kept apart."""
        lines, torn = self._read()
        findings = examine(lines, self._read_head()).findings
        if torn:
            findings = (*findings, Finding(Damage.UNREADABLE, len(lines)))
        return Verdict(len(lines), findings, self._recorded_damage())

    def exported(self) -> tuple[list[str], Head | None]:
        """All whole lines, opened, oldest first, and the head kept apart: what verifies elsewhere."""
        lines, _torn = self._read()
        return [line.decode("utf-8", "replace") for line in lines], self._read_head()

    def observe(self, callback: Callable[[Entry], None]) -> Callable[[], None]:
        """Call back after each new record; returns the function that ends it."""
        return self._observers.add(callback)

    def _write(self, kind: str, line: bytes, head: Head) -> None:
        """Make line and head durable, or leave the records as they were. The line goes first: see `_recover`."""
        try:
            before = self._files.append_line(_RECORDS, line)
            try:
                write_head(self._heads, _HEAD, head)
            except OSError:
                self._files.cut(_RECORDS, before)
                raise
        except OSError as error:
            raise LedgerWriteFailed(kind, error.errno) from error

    def _read(self) -> tuple[list[bytes], int]:
        """The whole lines, empty where one was not sealed here, and how many bytes stand behind the last of them."""
        found = self._files.lines(_RECORDS)
        return [line or b"" for line in found.lines], found.torn_bytes

    def _read_head(self) -> Head | None:
        return read_head(self._heads, _HEAD)

    def _recover(self) -> None:
        """Load the records; drop a torn tail and record that; write any damage into the chain before it grows."""
        lines, torn = self._read()
        head = self._read_head()
        found = examine(lines, head)
        self._entries = list(found.entries)
        self._count, self._tail = found.count, found.tail
        findings = found.findings
        if _is_unfinished_append(found, head):
            write_head(self._heads, _HEAD, Head(self._count, self._tail))
            findings = ()
        if torn:
            self.append("recovered", dropped_bytes=self._files.cut_torn(_RECORDS))
        fresh = [finding for finding in findings if finding not in self._recorded_damage()]
        if fresh:
            self.append("damage", findings=[[finding.damage.name, finding.position] for finding in fresh])

    def _recorded_damage(self) -> tuple[Finding, ...]:
        return recorded_damage(self._entries)


def recorded_damage(entries: Iterable[Entry]) -> tuple[Finding, ...]:
    """What earlier openings found and wrote into the chain."""
    found: list[Finding] = []
    for entry in entries:
        if entry.kind == "damage":
            found += _named_damage(entry)
    return tuple(found)


def _named_damage(entry: Entry) -> list[Finding]:
    """The findings in a record of damage; none in one that a forger wrote: reading it must not stop the app."""
    try:
        rows = cast("list[tuple[str, int]]", entry.data["findings"])
        return [Finding(Damage[name], int(position)) for name, position in rows]
    except (KeyError, TypeError, ValueError, OverflowError):
        return []


def _is_unfinished_append(found: Examination, head: Head | None) -> bool:
    """True when all that is wrong is one record more than the head knows: a crash came between the two writes."""
    known = head.count if head is not None else 0
    missing = Finding(Damage.HEAD_MISSING if head is None else Damage.HEAD_BEHIND, known)
    return found.count == known + 1 and found.findings == (missing,)
