"""What sharing writes into the ledger and reads back: the kinds of its records and their fields, in one place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from companion_app.ledger.errors import LedgerError
from companion_app.sharing.errors import LedgerUnavailable
from companion_app.sharing.outcome import Outcome, Progress
from companion_app.sharing.proposal import Proposal
from companion_app.sharing.receipt import Receipt

AGREED = "share_agreed"
DECLINED = "share_declined"
REFUSED = "share_refused"
WITHDRAWN = "share_withdrawn"
SENDING = "share_sending"
ENDED = "share_ended"


class LedgerEntry(Protocol):
    """One record as the ledger gives it back."""

    @property
    def kind(self) -> str: ...
    @property
    def data(self) -> dict[str, Any]: ...


class LedgerLike(Protocol):
    """What sharing needs of the ledger: an append that is durable when it returns, and the entries so far."""

    def append(self, kind: str, /, **data: Any) -> object: ...
    def entries(self) -> Iterable[LedgerEntry]: ...


class ShareRecords:
    """The ledger in sharing's words. Every method that writes raises LedgerUnavailable."""

    def __init__(self, ledger: LedgerLike) -> None:
        self._ledger = ledger

    def agreed(self, receipt: Receipt) -> None:
        """The owner said yes."""
        self._append(AGREED, receipt.ledger_record())

    def declined(self, proposal: Proposal) -> None:
        """The owner said no."""
        self._append(DECLINED, _about(proposal))

    def refused(self, proposal: Proposal, reason: str) -> None:
        """An attempt to share that the rules stopped; `reason` is the error's name."""
        self._append(REFUSED, {**_about(proposal), "reason": reason})

    def withdrawn(self, receipt: Receipt) -> None:
        """The owner took an unused yes back."""
        self._append(WITHDRAWN, {"receipt_id": receipt.id})

    def sending(self, receipt: Receipt, url: str) -> None:
        """An upload is about to begin: this must be durable before the first byte leaves."""
        self._append(
            SENDING,
            {
                "receipt_id": receipt.id,
                "recipient": receipt.recipient,
                "url": url,
                "purpose": receipt.purpose,
                "picture_commitment": receipt.commitment,
                "picture_bytes": receipt.bytes,
            },
        )

    def ended(self, receipt: Receipt, outcome: Outcome, progress: Progress, reason: str | None) -> None:
        """How the upload ended; `reason` is the error's name, None after an answer."""
        data = {
            "receipt_id": receipt.id,
            "outcome": outcome.value,
            "body_bytes": progress.body_bytes,
            "status": progress.status,
            "reason": reason,
        }
        self._append(ENDED, data, outcome)

    def close_interrupted(self) -> list[str]:
        """Say "unknown" of every upload that began and has no end on record; returns their receipt ids."""
        unfinished: dict[str, None] = {}
        for entry in self._ledger.entries():
            if entry.kind == SENDING:
                unfinished[_receipt_id(entry)] = None
            elif entry.kind == ENDED:
                unfinished.pop(_receipt_id(entry), None)
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
                    outcomes[_receipt_id(entry)] = Outcome.UNKNOWN.value
            elif entry.kind == ENDED and _receipt_id(entry) in outcomes:
                outcomes[_receipt_id(entry)] = str(entry.data.get("outcome"))
        return tuple(outcomes.values())

    def _append(self, kind: str, data: dict[str, Any], outcome: Outcome | None = None) -> None:
        try:
            self._ledger.append(kind, **data)
        except (LedgerError, OSError) as error:
            raise LedgerUnavailable(kind=kind, outcome=outcome) from error


def _about(proposal: Proposal) -> dict[str, Any]:
    return {
        "proposal_id": proposal.id,
        "recipient": proposal.card.recipient,
        "purpose": proposal.purpose,
        "picture_id": proposal.picture_id,
    }


def _receipt_id(entry: LedgerEntry) -> str:
    """A damaged ledger may hold anything under a known kind: reading it must not stop the app."""
    return str(entry.data.get("receipt_id"))
