"""The consent book: every yes names recipient, purpose and terms of one proposal, and opens the door once."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from companion_app.sharing.endpoints.endpoint import Endpoint
from companion_app.sharing.errors import (
    ConsentError,
    ConsentMismatch,
    ProposalClosed,
    ReceiptExpired,
    ReceiptSpent,
    ReceiptUnknown,
)
from companion_app.sharing.proposal import Proposal
from companion_app.sharing.receipt import VALID_S, Receipt
from companion_app.sharing.records import ShareRecords

MAX_OPEN_PROPOSALS = 16


@dataclass(frozen=True)
class Covered:
    """What a yes covers: the proposal, and the very endpoint object it was made for."""

    proposal: Proposal
    endpoint: Endpoint


class ConsentBook:
    """Open proposals, unused receipts and spent ones while the app runs: a yes does not survive a restart."""

    def __init__(self, records: ShareRecords, now_s: Callable[[], float] = time.time) -> None:
        self._records = records
        self._now_s = now_s
        self._open: dict[str, Covered] = {}
        self._agreed: dict[str, tuple[Receipt, Covered]] = {}
        self._spent: set[str] = set()

    def propose(self, proposal: Proposal, endpoint: Endpoint) -> None:
        """Put a question to the owner; the oldest unanswered one goes when there are too many."""
        if len(self._open) >= MAX_OPEN_PROPOSALS:
            del self._open[next(iter(self._open))]
        self._open[proposal.id] = Covered(proposal, endpoint)

    def agree(self, proposal: Proposal, *, recipient: str, purpose: str, terms_sha256: str) -> Receipt:
        """The owner's yes. After a mismatch the proposal stays open.
        Raises ProposalClosed, ConsentMismatch, LedgerUnavailable."""
        covered = self._find_open(proposal)
        named = (
            ("recipient", proposal.card.recipient, recipient),
            ("purpose", proposal.purpose, purpose),
            ("terms_sha256", proposal.card.terms_sha256, terms_sha256),
        )
        for field, proposed, agreed in named:
            if agreed != proposed:
                raise self._refuse(proposal, ConsentMismatch(field=field, proposed=proposed, agreed=agreed))
        receipt = self._make_receipt(proposal)
        self._records.agreed(receipt)
        del self._open[proposal.id]
        self._agreed[receipt.id] = (receipt, covered)
        return receipt

    def decline(self, proposal: Proposal) -> None:
        """The owner's no. Closed even when the ledger fails. Raises ProposalClosed, LedgerUnavailable."""
        self._find_open(proposal)
        del self._open[proposal.id]
        self._records.declined(proposal)

    def withdraw(self, receipt: Receipt) -> None:
        """Take an unused yes back, whatever the ledger does. Raises ReceiptSpent, ReceiptUnknown, LedgerUnavailable."""
        self._take(receipt)
        self._records.withdrawn(receipt)

    def spend(self, receipt: Receipt) -> Covered:
        """Use a yes up. Raises ReceiptSpent, ReceiptUnknown, ReceiptExpired, LedgerUnavailable."""
        covered = self._take(receipt)
        now_s = self._now_s()
        # A clock set back since the agreement would make it last as long as somebody likes.
        if not receipt.agreed_s <= now_s < receipt.expires_s:
            late = ReceiptExpired(
                receipt=receipt.id, agreed_s=receipt.agreed_s, expires_s=receipt.expires_s, now_s=int(now_s)
            )
            raise self._refuse(covered.proposal, late)
        return covered

    def _take(self, receipt: Receipt) -> Covered:
        """Remove the receipt before anything is awaited, so that two callers cannot both have it."""
        if receipt.id in self._spent:
            raise ReceiptSpent(receipt=receipt.id)
        issued, covered = self._agreed.get(receipt.id, (None, None))
        if covered is None or issued != receipt:
            raise ReceiptUnknown(receipt=receipt.id)
        del self._agreed[receipt.id]
        self._spent.add(receipt.id)
        return covered

    def _find_open(self, proposal: Proposal) -> Covered:
        covered = self._open.get(proposal.id)
        if covered is None or covered.proposal != proposal:
            raise ProposalClosed(proposal=proposal.id)
        return covered

    def _refuse(self, proposal: Proposal, error: ConsentError) -> ConsentError:
        self._records.refused(proposal, type(error).__name__)
        return error

    def _make_receipt(self, proposal: Proposal) -> Receipt:
        agreed_s = int(self._now_s())
        return Receipt(
            id=uuid.uuid4().hex,
            proposal_id=proposal.id,
            endpoint_id=proposal.card.id,
            recipient=proposal.card.recipient,
            purpose=proposal.purpose,
            terms_sha256=proposal.card.terms_sha256,
            picture_id=proposal.picture_id,
            sha256=proposal.sha256,
            commitment=proposal.commitment,
            bytes=len(proposal.bytes),
            question=proposal.question,
            agreed_s=agreed_s,
            expires_s=agreed_s + VALID_S,
            terms_source=proposal.card.source,
        )
