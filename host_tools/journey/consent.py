"""Who says yes to a share: a person at the terminal, `--yes` for the local endpoint, a script that names everything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from companion_app.sharing.cards import LOCAL_ID
from companion_app.sharing.proposal import Proposal


@dataclass(frozen=True)
class Agreement:
    """A yes: it names the recipient, the purpose and the terms that were read."""

    recipient: str
    purpose: str
    terms_sha256: str


Decide = Callable[[Proposal], Awaitable[Agreement | None]]


def agree_as_shown(proposal: Proposal) -> Agreement:
    """The yes of somebody who was shown this proposal."""
    return Agreement(proposal.card.recipient, proposal.purpose, proposal.card.terms_sha256)


async def local_only(proposal: Proposal) -> Agreement | None:
    """`--yes`: agrees to the local endpoint and to nothing else."""
    return agree_as_shown(proposal) if proposal.card.id == LOCAL_ID and proposal.card.stays_here else None


def exactly(agreement: Agreement) -> Decide:
    """A script's yes: what it names is passed on unchanged, so that the app refuses it for any other card."""

    async def decide(proposal: Proposal) -> Agreement | None:
        del proposal
        return agreement

    return decide
