"""The app's ledger: hash-chained JSON lines that only grow, with their head in a second place."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from companion_app.files import private_folder, sync_folder, write_all
from companion_app.ledger.errors import LedgerWriteFailed
from companion_app.ledger.examine import examine
from companion_app.ledger.head import Head, read_head, write_head
from companion_app.ledger.records import GENESIS, Entry, UnreadableLine, make_entry, parse_line
from companion_app.ledger.verdict import Damage, Finding, Verdict

_RECORDS = "ledger.jsonl"
_HEAD = "ledger.head"


class Ledger:
    """Records in `folder`, head in `head_folder`; one process at a time. `Ledger.open` recovers and says so.

    What it cannot show: records and head rolled back together, by somebody who can write both places.
    """

    def __init__(self, folder: Path, head_folder: Path | None = None, clock: Callable[[], float] = time.time) -> None:
        self._records = private_folder(folder) / _RECORDS
        self._head = private_folder(head_folder or folder.parent / "heads") / _HEAD
        self._clock = clock
        self._entries: list[Entry] = []
        self._observers: list[Callable[[Entry], None]] = []
        self._recover()

    def append(self, kind: str, **data: Any) -> Entry:
        """Chain one record; durable before it returns. Raises NotRecordable, LedgerWriteFailed (nothing recorded)."""
        previous = self._entries[-1].hash if self._entries else GENESIS
        seq = self._entries[-1].seq + 1 if self._entries else 0
        entry, line = make_entry(seq, int(self._clock()), kind, data, previous)
        self._write(kind, line + b"\n")
        self._entries.append(entry)
        write_head(self._head, Head(seq + 1, entry.hash))
        for observer in tuple(self._observers):
            observer(entry)
        return entry

    def entries(self) -> tuple[Entry, ...]:
        """All readable records, oldest first."""
        return tuple(self._entries)

    def verify(self) -> Verdict:
        """Examine what is on the disk now, record by record and against the head kept apart."""
        lines, torn = self._read()
        findings = examine(lines, read_head(self._head))
        if torn:
            findings = (*findings, Finding(Damage.UNREADABLE, len(lines)))
        return Verdict(len(lines), findings, self._recorded_damage())

    def observe(self, callback: Callable[[Entry], None]) -> Callable[[], None]:
        """Call back after each new record; returns the function that ends it."""
        self._observers.append(callback)
        return lambda: self._observers.remove(callback)

    def _write(self, kind: str, line: bytes) -> None:
        """Append a whole line durably, or leave the file as it was."""
        try:
            handle = os.open(self._records, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise LedgerWriteFailed(kind, error.errno) from error
        try:
            size = os.fstat(handle).st_size
            try:
                write_all(handle, line)
                os.fsync(handle)
            except OSError as error:
                os.ftruncate(handle, size)
                raise LedgerWriteFailed(kind, error.errno) from error
        finally:
            os.close(handle)
        if size == 0:
            sync_folder(self._records.parent)

    def _read(self) -> tuple[list[bytes], bytes]:
        """The whole lines, and what stands behind the last newline."""
        try:
            *lines, torn = self._records.read_bytes().split(b"\n")
        except FileNotFoundError:
            return [], b""
        return lines, torn

    def _recover(self) -> None:
        """Load the records; drop a torn tail and record that; write any damage into the chain before it grows."""
        lines, torn = self._read()
        if torn:
            os.truncate(self._records, self._records.stat().st_size - len(torn))
        head = read_head(self._head)
        findings = examine(lines, head)
        self._load(lines)
        if self._is_unfinished_append(findings, head):
            write_head(self._head, Head(len(lines), self._entries[-1].hash))
            findings = ()
        if torn:
            self.append("recovered", dropped_bytes=len(torn))
        known = {(finding.damage, finding.position) for finding in self._recorded_damage()}
        fresh = [f for f in findings if (f.damage, f.position) not in known]
        if fresh:
            self.append("damage", findings=[[f.damage.name, f.position] for f in fresh])

    def _load(self, lines: list[bytes]) -> None:
        for line in lines:
            try:
                self._entries.append(parse_line(line)[0])
            except UnreadableLine:
                continue

    def _is_unfinished_append(self, findings: tuple[Finding, ...], head: Head | None) -> bool:
        """True when the one record beyond the head is the one that a cut kept from being counted."""
        count = len(self._entries)
        if head is None:
            return count == 1 and findings == (Finding(Damage.HEAD_MISSING, 0),)
        return head.count == count - 1 and findings == (Finding(Damage.HEAD_BEHIND, head.count),)

    def _recorded_damage(self) -> tuple[Finding, ...]:
        found: list[Finding] = []
        for entry in self._entries:
            if entry.kind == "damage":
                found += [Finding(Damage[name], position) for name, position in entry.data["findings"]]
        return tuple(found)
