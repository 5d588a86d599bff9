"""The only way out: the act is entered in the ledger, then bytes may leave, then how it ended is entered."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from pathlib import Path

import httpx

from companion_app.sharing import upload
from companion_app.sharing.endpoints.endpoint import Ask, Endpoint, Heard, Reply, unheard
from companion_app.sharing.errors import BadRoots, DeadlinePassed, DeliveryError
from companion_app.sharing.outcome import Outcome
from companion_app.sharing.proposal import Proposal
from companion_app.sharing.receipt import Receipt
from companion_app.sharing.records import ShareRecords
from companion_app.sharing.slot import Slot


def trusted_roots(ca_file: Path | None = None) -> ssl.SSLContext:
    """TLS (1.2 or later) that checks chain and name, against the public roots and one's own in `ca_file` (PEM).
    Raises BadRoots."""
    context = httpx.create_ssl_context(trust_env=False)
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=ca_file)
        except (OSError, ssl.SSLError) as error:
            raise BadRoots(file=str(ca_file)) from error
    return context


@dataclass(frozen=True)
class Delivery:
    """A reply and what it cost: how the act ended and the size of the body that left."""

    reply: Reply
    outcome: Outcome
    body_bytes: int


class Outbox:
    """Delivers what a spent receipt covers, once."""

    def __init__(self, records: ShareRecords, tls: ssl.SSLContext, limits: upload.Limits | None = None) -> None:
        self._records = records
        self._tls = tls
        self._limits = limits or upload.Limits()

    async def deliver(
        self, receipt: Receipt, proposal: Proposal, endpoint: Endpoint, heard: Heard = unheard
    ) -> Delivery:
        """Ask the endpoint, with both ends of the act in the ledger whatever happens; may be cancelled at any moment.
        Raises LedgerUnavailable, DeliveryError, and what the adapter raises."""
        slot = Slot(proposal.card, self._tls, self._limits)
        with _OnRecord(self._records, receipt, slot):
            try:
                async with asyncio.timeout(self._limits.deadline_s):
                    reply = await endpoint.ask(Ask(proposal.bytes, proposal.question), slot.post, heard)
            except TimeoutError as error:
                raise DeadlinePassed(recipient=proposal.card.recipient, deadline_s=self._limits.deadline_s) from error
        return Delivery(reply, slot.outcome, slot.progress.body_bytes)


class _OnRecord:
    """Enters the act before its body runs, and how it ended after, by whatever way the body is left."""

    def __init__(self, records: ShareRecords, receipt: Receipt, slot: Slot) -> None:
        self._records = records
        self._receipt = receipt
        self._slot = slot

    def __enter__(self) -> None:
        self._records.sending(self._receipt, self._slot.card.url)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        outcome = self._slot.outcome
        if isinstance(error, DeliveryError):
            error.data["outcome"] = outcome
        self._records.ended(self._receipt, outcome, self._slot.progress, kind.__name__ if kind else None)
