"""What the ledger says of a session once it is over: the root over its log, and counts that the log bears out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from companion_app.sharing.live import merkle
from companion_app.sharing.live.frame_log import ENDED, FRAME, WITHHELD, parsed
from companion_app.sharing.live.view import End
from companion_app.sharing.outcome import Outcome


def outcomes(records: Iterable[dict[str, Any]]) -> dict[int, Outcome]:
    """How each frame ended, by its number; one without an end is unknown."""
    found: dict[int, Outcome] = {}
    for record in records:
        if record["record"] == FRAME:
            found[record["frame"]] = Outcome.UNKNOWN
        elif record["record"] == ENDED and record["frame"] in found:
            value = record.get("outcome")
            found[record["frame"]] = Outcome(value) if value in set(Outcome) else Outcome.UNKNOWN
    return found


def outcome_of(records: Iterable[dict[str, Any]]) -> Outcome:
    """The session's own: doubt about one frame is doubt about the session; without a frame nothing was sent."""
    found = set(outcomes(records).values())
    for outcome in (Outcome.UNKNOWN, Outcome.SENT, Outcome.STAYED):
        if outcome in found:
            return outcome
    return Outcome.NOT_SENT


def summary_of(lines: Sequence[bytes], reason: str, seen: int | None, end: End | None) -> dict[str, Any]:
    """The fields of the ledger's last record of a session; `seen` and `end` None where nobody knows any more."""
    records = [record for line in lines if (record := parsed(line)) is not None]
    counted = Counter(outcome.value for outcome in outcomes(records).values())
    return {
        "reason": reason,
        "body_bytes": sum(_size(record) for record in records if record["record"] == ENDED),
        "live": {
            "root": merkle.root([merkle.leaf_hash(line) for line in lines]).hex(),
            "leaves": len(lines),
            "seen": seen,
            "frames": {outcome.value: counted[outcome.value] for outcome in Outcome if counted[outcome.value]},
            "withheld": sum(record["record"] == WITHHELD for record in records),
            "glasses": _of_the_glasses(end),
        },
    }


def _of_the_glasses(end: End | None) -> dict[str, Any] | None:
    """Which record of their journal tells the same session."""
    if end is None:
        return None
    return {
        "reason": end.reason,
        "record": end.record,
        "frames": end.frames,
        "digest": end.digest,
        "agrees": end.agrees,
    }


def _size(record: dict[str, Any]) -> int:
    size = record.get("body_bytes")
    return size if isinstance(size, int) else 0
