"""The only way out: the act is entered in the ledger, then bytes may leave, then how it ended is entered."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx

from companion_app.sharing import upload
from companion_app.sharing.endpoints.endpoint import Ask, Endpoint, Heard, Reply, unheard
from companion_app.sharing.errors import BadRoots, DeadlinePassed, DeliveryError
from companion_app.sharing.outcome import Outcome, Progress
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


class Act(Protocol):
    """One act of sending, as it is put on record."""

    def sending(self, url: str) -> None:
        """Durable before the first byte leaves. Raises LedgerUnavailable; then nothing leaves."""
        ...

    def ended(self, outcome: Outcome, progress: Progress, reason: str | None) -> None:
        """How it ended; `reason` names the error, None for an answer. Raises LedgerUnavailable."""
        ...


@dataclass(frozen=True)
class Delivery:
    """A reply and what it cost: how the act ended and the size of the body that left; `first_byte_s` on the monotonic
    clock, None where nothing left."""

    reply: Reply
    outcome: Outcome
    body_bytes: int
    first_byte_s: float | None


class Outbox:
    """Delivers one picture and question, once, on record at both ends."""

    def __init__(self, tls: ssl.SSLContext, limits: upload.Limits | None = None) -> None:
        self._tls = tls
        self._limits = limits

    @property
    def tls(self) -> ssl.SSLContext:
        """Whom this app believes to be who they say."""
        return self._tls

    async def deliver(self, act: Act, endpoint: Endpoint, ask: Ask, heard: Heard = unheard) -> Delivery:
        """Ask the endpoint, with both ends of the act on record whatever happens; may be cancelled at any moment.
        Raises LedgerUnavailable, DeliveryError, and what the adapter raises."""
        card = endpoint.card
        limits = self._limits or upload.usual_limits(card.url)
        slot = Slot(card, self._tls, limits)
        with _OnRecord(act, slot):
            try:
                async with asyncio.timeout(limits.deadline_s):
                    reply = await endpoint.ask(ask, slot.post, heard)
            except TimeoutError as error:
                raise DeadlinePassed(recipient=card.recipient, deadline_s=limits.deadline_s) from error
        return Delivery(reply, slot.outcome, slot.progress.body_bytes, slot.progress.begun_s)


class _OnRecord:
    """Enters the act before its body runs, and how it ended after, by whatever way the body is left."""

    def __init__(self, act: Act, slot: Slot) -> None:
        self._act = act
        self._slot = slot

    def __enter__(self) -> None:
        self._act.sending(self._slot.card.url)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        outcome = self._slot.outcome
        if isinstance(error, DeliveryError):
            error.data["outcome"] = outcome
        self._act.ended(outcome, self._slot.progress, kind.__name__ if kind else None)
