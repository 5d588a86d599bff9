"""What was shared, read out of the ledger: one row for each consent, with how it ended and what was asked back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, cast

from companion_app.sharing.outcome import Outcome
from companion_app.sharing.records import (
    AGREED,
    ANSWERED,
    ASKED_BACK,
    ENDED,
    SENDING,
    WITHDRAWN,
    LedgerEntry,
    receipt_id_of,
)

ANSWER_DUE_S = 30 * 86_400  # "within one month of receipt", GDPR Art. 12(3)


class Result(StrEnum):
    """What came back to a request for erasure, as the owner says."""

    ERASED = "erased"
    REFUSED = "refused"
    NO_ANSWER = "no answer"


@dataclass(frozen=True)
class AskedBack:
    """A request for erasure: when it was written, until when an answer is due, and what came back (None: nothing yet);
    times are Unix seconds."""

    time_s: int
    due_s: int
    request_sha256: str
    result: Result | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Share:
    """One consent and what became of it. `outcome` None: the yes was never used; `sha256`: of what left, None where
    the picture stayed here; `live`: a session of many frames; `consent`: the record as the ledger has it."""

    receipt_id: str
    time_s: int
    recipient: str
    purpose: str = ""
    question: str = ""
    picture_id: str = ""
    sha256: str | None = None
    bytes: int = 0
    masked: dict[str, int] = field(default_factory=dict[str, int])
    withdrawn: bool = False
    outcome: Outcome | None = None
    reason: str | None = None
    asked_back: AskedBack | None = None
    live: bool = False
    consent: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)

    @property
    def may_have_left(self) -> bool:
        """True unless it is certain that nothing left."""
        return self.outcome in (Outcome.SENT, Outcome.UNKNOWN)


def shares_in(entries: Iterable[LedgerEntry]) -> list[Share]:
    """Newest first by their place in the chain, which no clock can change. Strange entries are taken as they are."""
    found: dict[str, Share] = {}
    for entry in entries:
        receipt_id = receipt_id_of(entry)
        if entry.kind == AGREED:
            found[receipt_id] = _agreed(entry)
        elif receipt_id in found:
            found[receipt_id] = _followed(found[receipt_id], entry)
    return list(reversed(found.values()))


def _agreed(entry: LedgerEntry) -> Share:
    data = entry.data
    purpose = _at(data, "processing", "purposes", 0)
    picture = _at(data, "picture")
    masked = _at(picture, "redactions", "masked")
    return Share(
        receipt_id=receipt_id_of(entry),
        time_s=entry.time_s,
        recipient=str(_at(data, "parties", 0, "party_name") or ""),
        purpose=str(_at(purpose, "purpose") or ""),
        question=str(_at(purpose, "pii_information", 1, "text") or ""),
        picture_id=str(_at(picture, "id") or ""),
        sha256=_text(_at(picture, "sha256")),
        bytes=_number(_at(picture, "bytes")),
        masked={str(kind): _number(count) for kind, count in _rows(masked)},
        live="live" in data,
        consent=data,
    )


def _followed(share: Share, entry: LedgerEntry) -> Share:
    data = entry.data
    if entry.kind == SENDING:
        return replace(share, outcome=Outcome.UNKNOWN)
    if entry.kind == ENDED:
        return replace(share, outcome=_outcome(data.get("outcome")), reason=_text(data.get("reason")))
    if entry.kind == WITHDRAWN:
        return replace(share, withdrawn=True)
    if entry.kind == ASKED_BACK:
        # The time that the request names, so that its text can be made again to the letter.
        time_s = _number(data.get("time_s")) or entry.time_s
        asked = AskedBack(time_s, time_s + ANSWER_DUE_S, str(data.get("request_sha256")))
        return replace(share, withdrawn=True, asked_back=asked)
    if entry.kind == ANSWERED and share.asked_back is not None:
        answered = replace(share.asked_back, result=_result(data.get("result")), note=str(data.get("note") or ""))
        return replace(share, asked_back=answered)
    return share


def _outcome(value: object) -> Outcome:
    """A word that is none of ours means that nobody knows."""
    return next((outcome for outcome in Outcome if outcome.value == value), Outcome.UNKNOWN)


def _result(value: object) -> Result | None:
    return next((result for result in Result if result.value == value), None)


def _at(value: object, *path: str | int) -> Any:
    """The value at a path of keys and indices, None where there is none."""
    for step in path:
        if isinstance(step, str):
            value = cast("dict[str, Any]", value).get(step) if isinstance(value, dict) else None
        elif isinstance(value, list):
            rows = cast("list[Any]", value)
            value = rows[step] if step < len(rows) else None
        else:
            return None
    return value


def _rows(value: object) -> list[tuple[Any, Any]]:
    return list(cast("dict[Any, Any]", value).items()) if isinstance(value, dict) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
