"""The card of one address: the host is the recipient, and terms that nobody read are unknown."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from companion_app.sharing.address import Address
from companion_app.sharing.cards.card import DataUse, EndpointCard
from companion_app.sharing.cards.known import KNOWN_USE, MINE, Plan

OPENAI_COMPATIBLE = "openai-compatible"

_KNOWN_NOTICE = "The recipient can change its terms; this card says what they were on the date above."
_MINE_NOTICE = "Nobody but the owner of this app vouches for this server."
_UNKNOWN_NOTICE = (
    "Nobody has read this recipient's terms for this app: "
    "assume that it keeps the picture, trains on it and shows it to people."
)
_LOOPBACK_NOTICE = (
    "A program on this computer takes the picture. "
    "It may pass it on to another computer, and this app cannot see whether it does."
)
_FORWARDS_NOTICE = (
    "A program on this computer takes the picture and passes it on to {host}, as it says itself. "
    "Assume that whoever that is keeps it, trains on it and shows it to people."
)


@dataclass(frozen=True)
class Found:
    """What a probe of an address of this computer learned, all of it as the program there says of itself: its name,
    the host that it passes the model's questions on to ("" none), whether it runs the model here; `on`: ISO date."""

    program: str
    forwards_to: str = ""
    runs_here: bool = False
    on: str = ""


@dataclass(frozen=True)
class Terms:
    """What chooses the words of a card beside the address: the owner's plan, and what a probe found."""

    plan: Plan = Plan.UNSAID
    found: Found | None = None


AS_FOUND = Terms()


def for_address(address: Address, kind: str = OPENAI_COMPATIBLE, terms: Terms = AS_FOUND) -> EndpointCard:
    """The card of an endpoint at `address` that is asked in dialect `kind`."""
    use, notice = _use(address, terms)
    card = EndpointCard(
        id=f"{kind}:{address.url}",
        recipient=address.recipient,
        url=address.url,
        notice=notice,
        **{field.name: getattr(use, field.name) for field in fields(use)},
    )
    # A name of this computer alone can be probed; a finding about any other address would be made up.
    return _with_finding(card, terms.found) if address.loopback and terms.found is not None else card


def _use(address: Address, terms: Terms) -> tuple[DataUse, str]:
    known = KNOWN_USE.get((address.recipient, terms.plan)) or KNOWN_USE.get((address.recipient, Plan.UNSAID))
    if known is not None:
        return known, _KNOWN_NOTICE
    theirs = KNOWN_USE.get((address.host, Plan.UNSAID))
    if theirs is not None:
        # Nobody read what holds at another port of theirs, but it is no server of the owner's, nor offered elsewhere.
        return DataUse(only_in=theirs.only_in, not_in=theirs.not_in), _UNKNOWN_NOTICE
    if address.loopback:
        return DataUse(), _LOOPBACK_NOTICE
    return (MINE, _MINE_NOTICE) if terms.plan is Plan.MINE else (DataUse(), _UNKNOWN_NOTICE)


def _with_finding(card: EndpointCard, found: Found) -> EndpointCard:
    when = f" (asked on {found.on})" if found.on else ""
    if found.forwards_to:
        return replace(
            card,
            program=f"{found.program}, which passes this model's questions on to {found.forwards_to}{when}",
            notice=_FORWARDS_NOTICE.format(host=found.forwards_to),
        )
    where = (
        "which says that this model runs on this computer" if found.runs_here else "nothing is known of where it works"
    )
    return replace(card, program=f"{found.program}, {where}{when}", runs_here=found.runs_here)
