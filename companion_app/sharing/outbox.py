"""The only way out: the act is entered in the ledger, then bytes may leave, then how it ended is entered."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from companion_app.sharing import egress, upload
from companion_app.sharing.address import parse
from companion_app.sharing.cards import EndpointCard
from companion_app.sharing.endpoints.endpoint import Endpoint, Reply
from companion_app.sharing.errors import BadRoots, DeadlinePassed, DeliveryError, NothingMayLeave, SecondUpload
from companion_app.sharing.outcome import Outcome, Progress
from companion_app.sharing.proposal import Proposal
from companion_app.sharing.receipt import Receipt
from companion_app.sharing.records import ShareRecords


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

    async def deliver(self, receipt: Receipt, proposal: Proposal, endpoint: Endpoint) -> Delivery:
        """Ask the endpoint, with both ends of the act in the ledger whatever happens; may be cancelled at any moment.
        Raises LedgerUnavailable, DeliveryError, and what the adapter raises."""
        slot = _Slot(proposal.card, self._tls, self._limits)
        with _OnRecord(self._records, receipt, slot):
            try:
                async with asyncio.timeout(self._limits.deadline_s):
                    reply = await endpoint.ask(proposal.bytes, proposal.question, slot.post)
            except TimeoutError as error:
                raise DeadlinePassed(recipient=proposal.card.recipient, deadline_s=self._limits.deadline_s) from error
        return Delivery(reply, slot.outcome, slot.progress.body_bytes)


@dataclass
class _Slot:
    """The one upload that a receipt allows, to the card's address and no other."""

    card: EndpointCard
    tls: ssl.SSLContext
    limits: upload.Limits
    progress: Progress = field(default_factory=Progress)
    used: bool = False

    @property
    def outcome(self) -> Outcome:
        """What can be said by now."""
        return self.progress.outcome(self.card.stays_here)

    async def post(self, headers: Mapping[str, str], body: bytes) -> bytes:
        if self.card.stays_here:
            raise NothingMayLeave(recipient=self.card.recipient)
        if self.used:
            # The first may have arrived, whatever it looked like from here.
            raise SecondUpload(recipient=self.card.recipient)
        self.used = True
        address = parse(self.card.url)
        with egress.permit(address.host, address.port) as permit:
            hosts = await upload.resolve(address, permit)
            return await upload.post(
                address, hosts, headers, body, progress=self.progress, tls=self.tls, limits=self.limits
            )


class _OnRecord:
    """Enters the act before its body runs, and how it ended after, by whatever way the body is left."""

    def __init__(self, records: ShareRecords, receipt: Receipt, slot: _Slot) -> None:
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
