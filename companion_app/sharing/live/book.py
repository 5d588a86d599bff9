"""The yes to a session: it names recipient, purpose, terms and length, and begins one session, soon or never."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from companion_app.sharing.endpoints.endpoint import Endpoint
from companion_app.sharing.errors import (
    ConsentError,
    ProposalClosed,
    ReceiptExpired,
    ReceiptSpent,
    ReceiptUnknown,
)
from companion_app.sharing.live.rules import SessionProposal, SessionReceipt
from companion_app.sharing.receipt_folder import ReceiptFolder
from companion_app.sharing.records import ShareRecords
from companion_app.sharing.yes import REGION, Clocks, keep, mismatch, ruled_out


@dataclass(frozen=True)
class _Proposed:
    """To the very endpoint object, and where the wearer was then."""

    proposal: SessionProposal
    endpoint: Endpoint
    jurisdiction: str


@dataclass(frozen=True)
class _Agreed:
    receipt: SessionReceipt
    proposed: _Proposed
    steady_s: float


class SessionBook:
    """At most one open proposal and one unused yes at a time: a newer one takes the place of the older."""

    def __init__(
        self, records: ShareRecords, receipts: ReceiptFolder, clocks: Clocks, jurisdiction: Callable[[], str]
    ) -> None:
        self._records = records
        self._receipts = receipts
        self._clocks = clocks
        self._jurisdiction = jurisdiction
        self._open: _Proposed | None = None
        self._agreed: _Agreed | None = None
        self._spent: set[str] = set()

    def propose(self, proposal: SessionProposal, endpoint: Endpoint) -> None:
        """Put a question to the owner."""
        self._open = _Proposed(proposal, endpoint, self._jurisdiction())

    def agree(
        self, proposal: SessionProposal, *, recipient: str, purpose: str, terms_sha256: str, seconds: int
    ) -> SessionReceipt:
        """The owner's yes, kept and on record on return; after a mismatch the proposal stays open.
        Raises ProposalClosed, NeverShared, ConsentMismatch, ReceiptNotKept, LedgerUnavailable."""
        proposed = self._find_open(proposal)
        if (never := ruled_out(self._records, proposal.card)) is not None:
            raise self._refuse(proposal, never)
        named = (
            ("recipient", proposal.card.recipient, recipient),
            ("purpose", proposal.purpose, purpose),
            ("terms_sha256", proposal.card.terms_sha256, terms_sha256),
            ("seconds", proposal.rules.seconds, seconds),
            (REGION, proposed.jurisdiction, self._jurisdiction()),
        )
        if (other := mismatch(named)) is not None:
            raise self._refuse(proposal, other)
        receipt = SessionReceipt(
            id=uuid.uuid4().hex,
            proposal_id=proposal.id,
            card=proposal.card,
            purpose=proposal.purpose,
            rules=proposal.rules,
            jurisdiction=proposed.jurisdiction,
            agreed_s=int(self._clocks.wall_s()),
        )
        keep(self._records, self._receipts, receipt.id, receipt.record(), receipt.card.terms)
        self._open = None
        self._agreed = _Agreed(receipt, proposed, self._clocks.steady_s())
        return receipt

    def decline(self, proposal: SessionProposal) -> None:
        """The owner's no. Closed even when the ledger fails. Raises ProposalClosed, LedgerUnavailable."""
        self._find_open(proposal)
        self._open = None
        self._records.declined(proposal)

    def withdraw(self, receipt: SessionReceipt) -> None:
        """Take an unused yes back. Raises ReceiptSpent, ReceiptUnknown, LedgerUnavailable."""
        self._take(receipt)
        self._records.withdrawn(receipt.id)

    def spend(self, receipt: SessionReceipt) -> Endpoint:
        """Use a yes up; the very endpoint that it was given for.
        Raises ReceiptSpent, ReceiptUnknown, ReceiptExpired, NeverShared, ConsentMismatch, LedgerUnavailable."""
        agreed = self._take(receipt)
        if not self._clocks.fresh(receipt.agreed_s, receipt.begin_by_s, agreed.steady_s):
            late = ReceiptExpired(
                receipt=receipt.id,
                agreed_s=receipt.agreed_s,
                expires_s=receipt.begin_by_s,
                now_s=int(self._clocks.wall_s()),
            )
            raise self._refuse(agreed.proposed.proposal, late)
        if (never := ruled_out(self._records, receipt.card)) is not None:
            raise self._refuse(agreed.proposed.proposal, never)
        if (moved := mismatch([(REGION, self._jurisdiction(), agreed.proposed.jurisdiction)])) is not None:
            raise self._refuse(agreed.proposed.proposal, moved)
        return agreed.proposed.endpoint

    def _take(self, receipt: SessionReceipt) -> _Agreed:
        """Remove the yes before anything is awaited, so that two callers cannot both have it."""
        if receipt.id in self._spent:
            raise ReceiptSpent(receipt=receipt.id)
        agreed = self._agreed
        if agreed is None or agreed.receipt != receipt:
            raise ReceiptUnknown(receipt=receipt.id)
        self._agreed = None
        self._spent.add(receipt.id)
        return agreed

    def _find_open(self, proposal: SessionProposal) -> _Proposed:
        if self._open is None or self._open.proposal != proposal:
            raise ProposalClosed(proposal=proposal.id)
        return self._open

    def _refuse(self, proposal: SessionProposal, error: ConsentError) -> ConsentError:
        self._records.refused(proposal, type(error).__name__)
        return error
