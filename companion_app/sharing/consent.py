"""The consent book: every yes names recipient, purpose, terms and bytes of one proposal, and opens the door once."""

from __future__ import annotations

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
from companion_app.sharing.receipt_folder import ReceiptFolder
from companion_app.sharing.records import ShareRecords
from companion_app.sharing.yes import REGION, Clocks, keep, mismatch, ruled_out

MAX_OPEN_PROPOSALS = 16


@dataclass(frozen=True)
class Covered:
    """What a yes covers: the proposal, the very endpoint object it was made for, and where the wearer was then."""

    proposal: Proposal
    endpoint: Endpoint
    jurisdiction: str


@dataclass(frozen=True)
class _Agreed:
    receipt: Receipt
    covered: Covered
    steady_s: float


class ConsentBook:
    """Open proposals, unused receipts and spent ones while the app runs: a yes does not survive a restart."""

    def __init__(
        self, records: ShareRecords, receipts: ReceiptFolder, clocks: Clocks, jurisdiction: Callable[[], str]
    ) -> None:
        self._records = records
        self._receipts = receipts
        self._clocks = clocks
        self._jurisdiction = jurisdiction
        self._open: dict[str, Covered] = {}
        self._agreed: dict[str, _Agreed] = {}
        self._spent: set[str] = set()

    def propose(self, proposal: Proposal, endpoint: Endpoint) -> None:
        """Put a question to the owner; the oldest unanswered one goes when there are too many."""
        if len(self._open) >= MAX_OPEN_PROPOSALS:
            del self._open[next(iter(self._open))]
        self._open[proposal.id] = Covered(proposal, endpoint, self._jurisdiction())

    def agree(
        self, proposal: Proposal, *, recipient: str, purpose: str, terms_sha256: str, picture_sha256: str
    ) -> Receipt:
        """The owner's yes, with the owner's copy kept and the ledger's entry made. After a mismatch the proposal stays
        open. Raises ProposalClosed, NeverShared, ConsentMismatch, ReceiptNotKept, LedgerUnavailable."""
        covered = self._find_open(proposal)
        if (never := ruled_out(self._records, proposal.card)) is not None:
            raise self._refuse(proposal, never)
        named = (
            ("recipient", proposal.card.recipient, recipient),
            ("purpose", proposal.purpose, purpose),
            ("terms_sha256", proposal.card.terms_sha256, terms_sha256),
            ("picture_sha256", proposal.sha256, picture_sha256),
            (REGION, covered.jurisdiction, self._jurisdiction()),
        )
        if (other := mismatch(named)) is not None:
            raise self._refuse(proposal, other)
        receipt = self._make_receipt(proposal)
        self._receipts.keep_original(receipt.commitment, receipt.original)
        keep(self._records, self._receipts, receipt.id, receipt.ledger_record(), receipt.card.terms)
        del self._open[proposal.id]
        self._agreed[receipt.id] = _Agreed(receipt, covered, self._clocks.steady_s())
        return receipt

    def decline(self, proposal: Proposal) -> None:
        """The owner's no. Closed even when the ledger fails. Raises ProposalClosed, LedgerUnavailable."""
        self._find_open(proposal)
        del self._open[proposal.id]
        self._records.declined(proposal)

    def withdraw(self, receipt: Receipt) -> None:
        """Take an unused yes back, whatever the ledger does. Raises ReceiptSpent, ReceiptUnknown, LedgerUnavailable."""
        self._take(receipt)
        self._records.withdrawn(receipt.id)

    def forget(self, commitment: str) -> None:
        """A picture was deleted: what was proposed or agreed to of it is void."""
        self._open = {name: kept for name, kept in self._open.items() if kept.proposal.commitment != commitment}
        self._agreed = {name: kept for name, kept in self._agreed.items() if kept.receipt.commitment != commitment}

    def spend(self, receipt: Receipt) -> Covered:
        """Use a yes up. Raises ReceiptSpent, ReceiptUnknown, ReceiptExpired, NeverShared, ConsentMismatch,
        LedgerUnavailable."""
        agreed = self._take(receipt)
        if not self._clocks.fresh(receipt.agreed_s, receipt.expires_s, agreed.steady_s):
            late = ReceiptExpired(
                receipt=receipt.id,
                agreed_s=receipt.agreed_s,
                expires_s=receipt.expires_s,
                now_s=int(self._clocks.wall_s()),
            )
            raise self._refuse(agreed.covered.proposal, late)
        if (never := ruled_out(self._records, receipt.card)) is not None:
            raise self._refuse(agreed.covered.proposal, never)
        # What may be shown, and to whom, was decided by the rules of the place that the owner named then.
        if (moved := mismatch([(REGION, self._jurisdiction(), agreed.covered.jurisdiction)])) is not None:
            raise self._refuse(agreed.covered.proposal, moved)
        self._check_that_nothing_left_since(agreed.covered.proposal)
        return agreed.covered

    def _check_that_nothing_left_since(self, proposal: Proposal) -> None:
        """The owner was told how sharing this picture with this recipient ended before: when it was shared again in
        between, under another yes, that was not all, and a second upload would come unsaid."""
        if proposal.card.stays_here:
            return
        earlier = self._records.earlier(proposal.commitment, proposal.card.recipient)
        # How one ended may have been entered late; that there was another one is what nobody was told.
        if len(earlier) != len(proposal.earlier):
            told, found = ", ".join(proposal.earlier), ", ".join(earlier)
            raise self._refuse(proposal, ConsentMismatch(field="earlier", proposed=found, agreed=told))

    def _take(self, receipt: Receipt) -> _Agreed:
        """Remove the receipt before anything is awaited, so that two callers cannot both have it."""
        if receipt.id in self._spent:
            raise ReceiptSpent(receipt=receipt.id)
        agreed = self._agreed.get(receipt.id)
        if agreed is None or agreed.receipt != receipt:
            raise ReceiptUnknown(receipt=receipt.id)
        del self._agreed[receipt.id]
        self._spent.add(receipt.id)
        return agreed

    def _find_open(self, proposal: Proposal) -> Covered:
        covered = self._open.get(proposal.id)
        if covered is None or covered.proposal != proposal:
            raise ProposalClosed(proposal=proposal.id)
        return covered

    def _refuse(self, proposal: Proposal, error: ConsentError) -> ConsentError:
        self._records.refused(proposal, type(error).__name__)
        return error

    def _make_receipt(self, proposal: Proposal) -> Receipt:
        agreed_s = int(self._clocks.wall_s())
        return Receipt(
            id=uuid.uuid4().hex,
            proposal_id=proposal.id,
            card=proposal.card,
            purpose=proposal.purpose,
            question=proposal.question,
            picture_id=proposal.picture_id,
            commitment=proposal.commitment,
            original=proposal.original,
            sha256=proposal.sha256,
            bytes=len(proposal.bytes),
            redactions=proposal.redactions,
            jurisdiction=self._jurisdiction(),
            agreed_s=agreed_s,
            expires_s=agreed_s + VALID_S,
        )
