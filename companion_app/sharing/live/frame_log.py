"""A session's own record: one line for each thing that happens to a frame, durable before its bytes leave.

Each line is a leaf of the session's Merkle tree, so that the one hash in the ledger stands for all of them. The lines
hold no picture and no text of one: hashes, sizes, what was masked, how the light was, how each upload ended.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from companion_app.sharing.live import merkle
from companion_app.sharing.live.errors import LogUnavailable
from companion_app.sharing.outcome import Outcome
from companion_app.vault import SealedFiles

FRAME, ENDED, WITHHELD, SESSION = "frame", "ended", "withheld", "session"
_MAX_BYTES = 16 << 20


class FrameLog:
    """Append-only; opened anew after a crash it drops a line that was cut and says what became of the rest."""

    def __init__(self, files: SealedFiles, receipt_id: str) -> None:
        """Open or begin the log of one session. Raises LogUnavailable."""
        self._receipt_id = receipt_id
        self._files = files
        self._name = log_name(receipt_id)
        self._closed = False
        try:
            self._lines = self._recovered()
            if not self._lines:
                self._append({"record": SESSION, "receipt_id": receipt_id})
        except OSError as error:
            raise self._unavailable(error) from error

    @property
    def lines(self) -> tuple[bytes, ...]:
        """The records, opened: the leaves of the tree. One that was not sealed here is empty, and no leaf of ours."""
        return tuple(self._lines)

    @property
    def root(self) -> str:
        """Hex root of the tree over all lines so far."""
        return merkle.root([merkle.leaf_hash(line) for line in self._lines]).hex()

    def records(self) -> list[dict[str, Any]]:
        """What the lines say; one that a stranger damaged is left out."""
        return [record for line in self._lines if (record := parsed(line)) is not None]

    def frame(self, number: int, about: Mapping[str, Any]) -> None:
        """Frame `number` is about to leave: durable on return. Raises LogUnavailable; then it must not leave."""
        self._write({"record": FRAME, "frame": number, **about})

    def ended(self, number: int, outcome: Outcome, about: Mapping[str, Any]) -> None:
        """How its upload ended. Raises LogUnavailable; then it stands as unknown."""
        self._write({"record": ENDED, "frame": number, "outcome": outcome.value, **about})

    def withheld(self, about: Mapping[str, Any]) -> None:
        """A frame that was chosen and did not leave. Raises LogUnavailable."""
        self._write({"record": WITHHELD, **about})

    def close(self, reason: str) -> None:
        """Say "unknown" of each frame that has no end on record, and take no further line: the root stands.
        Raises LogUnavailable where that could not be said; closed it is all the same."""
        try:
            for number in self.unfinished():
                self.ended(number, Outcome.UNKNOWN, {"reason": reason})
        finally:
            self._closed = True

    def unfinished(self) -> list[int]:
        """Frames that may have left and have no end on record."""
        begun: dict[int, None] = {}
        for record in self.records():
            if record.get("record") == FRAME:
                begun[int(record["frame"])] = None
            elif record.get("record") == ENDED:
                begun.pop(int(record["frame"]), None)
        return list(begun)

    def _write(self, record: Mapping[str, Any]) -> None:
        if self._closed:
            raise LogUnavailable(receipt=self._receipt_id, reason="the session is over")
        try:
            self._append(record)
        except OSError as error:
            raise self._unavailable(error) from error

    def _append(self, record: Mapping[str, Any]) -> None:
        """One line, flushed to the disk; after a failure the file is as it was."""
        line = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
        if sum(map(len, self._lines)) + len(line) > _MAX_BYTES:
            raise OSError("the log of a session has a bound")
        self._files.append_line(self._name, line)
        self._lines.append(line)

    def _recovered(self) -> list[bytes]:
        """The whole lines; what a crash left of the last one is cut off, for it was never relied upon."""
        self._files.cut_torn(self._name)
        return list(_whole(self._files, self._name))

    def _unavailable(self, error: OSError) -> LogUnavailable:
        return LogUnavailable(receipt=self._receipt_id, reason=error.strerror or str(error))


def log_name(receipt_id: str) -> str:
    """What the log of a session is called among the files of sharing."""
    return f"live/{receipt_id}/frames.jsonl"


def read_lines(files: SealedFiles, receipt_id: str) -> tuple[bytes, ...]:
    """The whole lines of a session's log, which is left untouched; none where there is no log."""
    try:
        return _whole(files, log_name(receipt_id))
    except OSError:
        return ()


def _whole(files: SealedFiles, name: str) -> tuple[bytes, ...]:
    return tuple(line or b"" for line in files.lines(name).lines)


def parsed(line: bytes) -> dict[str, Any] | None:
    """What a line says; None where it is no record of ours."""
    try:
        value: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    record = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    numbered = record.get("record") not in (FRAME, ENDED) or type(record.get("frame")) is int
    return record if numbered and isinstance(record.get("record"), str) else None
