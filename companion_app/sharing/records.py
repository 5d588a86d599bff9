"""What sharing writes into the ledger and reads back: the kinds of its records and their fields, in one place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from companion_app.ledger.answered import sharing_ruled_out
from companion_app.ledger.errors import LedgerError
from companion_app.sharing.cards import EndpointCard
from companion_app.sharing.errors import LedgerUnavailable
from companion_app.sharing.outcome import Outcome, Progress
from companion_app.sharing.receipt import Receipt

AGREED = "share_agreed"
DECLINED = "share_declined"
REFUSED = "share_refused"
WITHDRAWN = "share_withdrawn"
SENDING = "share_sending"
ENDED = "share_ended"
ASKED_BACK = "share_asked_back"
ANSWERED = "share_asked_back_answered"
FORGOTTEN = "share_picture_forgotten"
PROBING = "endpoint_probing"
PROBED = "endpoint_probed"


class LedgerEntry(Protocol):
    """One record as the ledger gives it back."""

    @property
    def time_s(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def data(self) -> dict[str, Any]: ...


class LedgerLike(Protocol):
    """What sharing needs of the ledger: an append that is durable when it returns, and the entries so far."""

    def append(self, kind: str, /, **data: Any) -> object: ...
    def entries(self) -> Iterable[LedgerEntry]: ...


class Proposed(Protocol):
    """What a proposal is called in the ledger, of one frame or of a session."""

    @property
    def id(self) -> str: ...
    @property
    def card(self) -> EndpointCard: ...
    @property
    def purpose(self) -> str: ...
    @property
    def picture_id(self) -> str: ...


class ShareRecords:
    """The ledger in sharing's words. Every method that writes raises LedgerUnavailable.

    An ending that the ledger did not take (a full disk) is owed: it is entered before anything else is, and until then
    nothing else happens. If the app ends first, the next opening says "unknown"."""

    def __init__(self, ledger: LedgerLike) -> None:
        self._ledger = ledger
        self._owed: list[dict[str, Any]] = []

    def agreed(self, consent: Mapping[str, Any]) -> None:
        """The owner said yes; `consent` is a consent record."""
        self._append(AGREED, consent)

    def declined(self, proposal: Proposed) -> None:
        """The owner said no."""
        self._append(DECLINED, _about(proposal))

    def refused(self, proposal: Proposed, reason: str) -> None:
        """An attempt to share that the rules stopped; `reason` is the error's name."""
        self._append(REFUSED, {**_about(proposal), "reason": reason})

    def withdrawn(self, receipt_id: str) -> None:
        """The owner took an unused yes back."""
        self._append(WITHDRAWN, {"receipt_id": receipt_id})

    def sending(self, receipt_id: str, recipient: str, about: Mapping[str, Any]) -> None:
        """An upload is about to begin: this must be durable before the first byte leaves."""
        self._append(SENDING, {"receipt_id": receipt_id, "recipient": recipient, **about})

    def ended(self, receipt_id: str, outcome: Outcome, about: Mapping[str, Any]) -> None:
        """How it ended; raising here means that it is owed."""
        data = {"receipt_id": receipt_id, "outcome": outcome.value, **about}
        try:
            self._append(ENDED, data, outcome)
        except LedgerUnavailable:
            self._owed.append({**data, "noted_late": True})
            raise

    def asked_back(self, receipt_id: str, asked_s: int, about: Mapping[str, Any]) -> None:
        """The owner withdrew a used consent and wrote a request for erasure; `asked_s`: the time it names."""
        self._append(ASKED_BACK, {"receipt_id": receipt_id, "time_s": asked_s, **about})

    def answered(self, receipt_id: str, result: str, note: str) -> None:
        """What came back to such a request, in the owner's words."""
        self._append(ANSWERED, {"receipt_id": receipt_id, "result": result, "note": note})

    def probing(self, address: str, paths: Sequence[str]) -> None:
        """A program on this computer is about to be asked what it is."""
        self._append(PROBING, {"recipient": address, "paths": list(paths)})

    def probed(self, address: str, program: str, forwards_to: str) -> None:
        """What it said of itself."""
        self._append(PROBED, {"recipient": address, "program": program, "forwards_to": forwards_to})

    def forgotten(self, receipt_id: str) -> None:
        """The owner had the app forget which picture a receipt was about."""
        self._append(FORGOTTEN, {"receipt_id": receipt_id})

    def close_interrupted(self) -> list[str]:
        """Say "unknown" of every upload that began and has no end on record; returns their receipt ids."""
        unfinished: dict[str, None] = {}
        for entry in self._ledger.entries():
            if entry.kind == SENDING:
                unfinished[receipt_id_of(entry)] = None
            elif entry.kind == ENDED:
                unfinished.pop(receipt_id_of(entry), None)
        for receipt_id in unfinished:
            data = {"receipt_id": receipt_id, "outcome": Outcome.UNKNOWN.value, "reason": "interrupted"}
            self._append(ENDED, data, Outcome.UNKNOWN)
        return list(unfinished)

    def earlier(self, commitment: str, recipient: str) -> tuple[str, ...]:
        """How former uploads of the same picture to the same recipient ended, oldest first."""
        outcomes: dict[str, str] = {}
        for entry in self._ledger.entries():
            if entry.kind == SENDING:
                if entry.data.get("picture_commitment") == commitment and entry.data.get("recipient") == recipient:
                    outcomes[receipt_id_of(entry)] = Outcome.UNKNOWN.value
            elif entry.kind == ENDED and receipt_id_of(entry) in outcomes:
                outcomes[receipt_id_of(entry)] = str(entry.data.get("outcome"))
        return tuple(outcomes.values())

    def commitments(self) -> dict[str, str]:
        """The picture's commitment by receipt id, "" where a receipt is about no one picture."""
        agreed = (entry for entry in self._ledger.entries() if entry.kind == AGREED)
        return {receipt_id_of(entry): _commitment_of(entry) for entry in agreed}

    def ruled_out(self) -> bool:
        """True where the owner's last word is that nobody but this device is ever asked, or that word was lost."""
        return sharing_ruled_out(self._ledger.entries())

    def entries(self) -> Iterable[LedgerEntry]:
        """All entries of the ledger, oldest first."""
        return self._ledger.entries()

    def _append(self, kind: str, data: Mapping[str, Any], outcome: Outcome | None = None) -> None:
        try:
            while self._owed:
                self._ledger.append(ENDED, **self._owed[0])
                del self._owed[0]
            self._ledger.append(kind, **data)
        except (LedgerError, OSError) as error:
            raise LedgerUnavailable(kind=kind, outcome=outcome) from error


@dataclass(frozen=True)
class ShareOnRecord:
    """Enters both ends of sending one frame: what the outbox asks of an act."""

    records: ShareRecords
    receipt: Receipt

    def sending(self, url: str) -> None:
        """Before the first byte. Raises LedgerUnavailable: nothing leaves."""
        receipt = self.receipt
        about = {
            "url": url,
            "purpose": receipt.purpose,
            "picture_commitment": receipt.commitment,
            "sha256": receipt.left_sha256,
            "bytes": receipt.bytes,
        }
        self.records.sending(receipt.id, receipt.recipient, about)

    def ended(self, outcome: Outcome, progress: Progress, reason: str | None) -> None:
        """After the last. Raises LedgerUnavailable."""
        about = {"body_bytes": progress.body_bytes, "status": progress.status, "reason": reason}
        self.records.ended(self.receipt.id, outcome, about)


def receipt_id_of(entry: LedgerEntry) -> str:
    """A damaged ledger may hold anything under a known kind: reading it must not stop the app."""
    return str(entry.data.get("receipt_id"))


def _commitment_of(entry: LedgerEntry) -> str:
    match entry.data:
        case {"picture": {"commitment": str(commitment)}}:
            return commitment
        case _:
            return ""


def _about(proposal: Proposed) -> dict[str, Any]:
    return {
        "proposal_id": proposal.id,
        "recipient": proposal.card.recipient,
        "purpose": proposal.purpose,
        "picture_id": proposal.picture_id,
    }
