"""Promise 2's front door: propose, agree or decline, send."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from companion_app.assistant.local import LocalAnswers
from companion_app.sharing.cards import EndpointCard
from companion_app.sharing.consent import ConsentBook
from companion_app.sharing.endpoints import saved
from companion_app.sharing.endpoints.endpoint import Endpoint
from companion_app.sharing.endpoints.local import LocalEndpoint
from companion_app.sharing.endpoints.openai_compatible import OpenAICompatible
from companion_app.sharing.endpoints.registry import Registry
from companion_app.sharing.endpoints.saved import SavedEndpoint
from companion_app.sharing.outbox import Outbox, trusted_roots
from companion_app.sharing.outcome import Outcome
from companion_app.sharing.proposal import ANSWER_PURPOSE, Proposal, SharedPicture, make_proposal
from companion_app.sharing.receipt import Receipt
from companion_app.sharing.records import LedgerLike, ShareRecords
from companion_app.sharing.upload import Limits

CA_FILE_VARIABLE = "PLAINSIGHT_CA_FILE"


@dataclass(frozen=True)
class Answer:
    """What came back, from whom, on which consent; `body_bytes` is the size of what left (0 for local)."""

    text: str
    answered_by: str
    receipt: Receipt
    outcome: Outcome
    body_bytes: int


class Sharing:
    """The one way a picture leaves the app. Opening it closes, as "unknown", uploads that a crash interrupted."""

    def __init__(
        self,
        folder: Path,
        ledger: LedgerLike,
        *,
        endpoints: Iterable[Endpoint] = (),
        local: Endpoint | None = None,
        now_s: Callable[[], float] = time.time,
        ca_file: Path | None = None,
        limits: Limits | None = None,
    ) -> None:
        """`folder` keeps remembered endpoints; `ca_file`: PEM roots of one's own endpoint, trusted besides the public
        ones (default: what PLAINSIGHT_CA_FILE names). Raises LedgerUnavailable, BadRoots."""
        self._folder = folder
        self._saved = saved.load(folder)
        self._records = ShareRecords(ledger)
        self._records.close_interrupted()
        self._book = ConsentBook(self._records, now_s)
        self._registry = Registry(local or LocalEndpoint(LocalAnswers()), endpoints)
        for endpoint in self._saved:
            self._registry.add(endpoint.open())
        self._outbox = Outbox(self._records, trusted_roots(ca_file or _own_roots()), limits)

    def cards(self) -> list[EndpointCard]:
        """Every endpoint's card, local first."""
        return self._registry.cards()

    def add(self, endpoint: Endpoint) -> EndpointCard:
        """Make another endpoint known; returns its card."""
        return self._registry.add(endpoint)

    def add_url(self, base_url: str) -> EndpointCard:
        """An OpenAI-compatible endpoint for this run, model and key from the environment.
        Raises BadAddress, BadModelName, BadKey."""
        return self.add(OpenAICompatible.from_environment(base_url))

    def remember(self, endpoint: SavedEndpoint) -> EndpointCard:
        """Make an endpoint known in this and every later run. Raises BadAddress, BadModelName, BadKey, OSError."""
        card = self.add(endpoint.open())
        self._saved = [kept for kept in self._saved if kept.base_url != endpoint.base_url] + [endpoint]
        saved.save(self._folder, self._saved)
        return card

    def propose(
        self, picture: SharedPicture, endpoint_id: str, question: str, purpose: str = ANSWER_PURPOSE
    ) -> Proposal:
        """Say exactly what would leave, to whom and why; nothing does. Raises UnknownEndpoint, BadQuestion, BadPurpose,
        PictureMissing, PictureTooBig, PictureChanged, NotAPhotograph."""
        endpoint = self._registry.get(endpoint_id)
        earlier = self._records.earlier(picture.commitment, endpoint.card.recipient)
        proposal = make_proposal(picture, endpoint.card, question, purpose, earlier)
        self._book.propose(proposal, endpoint)
        return proposal

    def agree(self, proposal: Proposal, *, recipient: str, purpose: str, terms_sha256: str) -> Receipt:
        """The owner's explicit yes to this proposal, for one use within five minutes.
        Raises ConsentMismatch, ProposalClosed, LedgerUnavailable."""
        return self._book.agree(proposal, recipient=recipient, purpose=purpose, terms_sha256=terms_sha256)

    def decline(self, proposal: Proposal) -> None:
        """The owner's no, on record. Raises ProposalClosed, LedgerUnavailable."""
        self._book.decline(proposal)

    def withdraw(self, receipt: Receipt) -> None:
        """Take back a yes that was not used. Raises ReceiptSpent, ReceiptUnknown, LedgerUnavailable."""
        self._book.withdraw(receipt)

    async def send(self, receipt: Receipt) -> Answer:
        """Use the receipt up and ask, never twice. Raises ConsentError before anything leaves, then DeliveryError (its
        data's `outcome` says what may have left), SeeingError from local, LedgerUnavailable."""
        covered = self._book.spend(receipt)
        delivery = await self._outbox.deliver(receipt, covered.proposal, covered.endpoint)
        return Answer(delivery.reply.text, delivery.reply.answered_by, receipt, delivery.outcome, delivery.body_bytes)


def _own_roots() -> Path | None:
    named = os.environ.get(CA_FILE_VARIABLE)
    return Path(named) if named else None
