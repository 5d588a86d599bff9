"""A data-use card in plain words, for the moment at which somebody chooses whom to ask."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from companion_app.language import N_, _
from companion_app.sharing import EndpointCard
from companion_app.sharing.cards import UNKNOWN
from companion_app.sharing.endpoints.saved import KINDS
from companion_app.sharing.offers import Barrier
from companion_app.ui.view_models.words.problem import Problem

_KINDS: Mapping[str, str] = dict(
    zip(KINDS, (N_("Like OpenAI (also vLLM, llama.cpp, Ollama)"), N_("Like Anthropic")), strict=True)
)
HERE = N_("this device")  # what `sharing.cards.LOCAL` and its receipts call the recipient where nothing leaves
_LOCAL_USE = N_("Nothing leaves it. It reads text and codes and counts faces.")


def name(card: EndpointCard) -> str:
    """Who it is, as a person reads it at the beginning of a line."""
    return _("This device") if card.stays_here else card.recipient


def use(card: EndpointCard) -> str:
    """What becomes of a picture there, a line for each thing."""
    if card.stays_here:
        return _(_LOCAL_USE)
    where = [f"{card.program}."] if card.program else []
    return "\n".join(
        [
            *where,
            trains(card),
            _("Keeps it: {retention}.", retention=_(card.retention)),
            _("People may see it: {human_review}.", human_review=_(card.human_review)),
        ]
    )


def trains(card: EndpointCard) -> str:
    """Whether it learns from what it is sent; what nobody knows is taken for a yes."""
    if card.trains_inputs is None:
        if card.trains == UNKNOWN:
            return _("Nobody knows whether it trains on what you send: assume that it does.")
        return _("Nobody knows whether it trains on what you send ({said}): assume that it does.", said=_(card.trains))
    return _("Trains on what you send: {trains}.", trains=_(card.trains))


def age_note(card: EndpointCard, today: datetime.date) -> str:
    """What to say of terms that should have been read again; empty while they are fresh."""
    if not card.stale(today):
        return ""
    return _(
        "Its terms were last read on {reviewed} and are overdue for another reading: they may have changed.",
        reviewed=card.reviewed,
    )


def barrier_words(barrier: Barrier | None) -> str:
    """Why somebody is shown and cannot be chosen; empty where they can."""
    return _("Cannot be chosen: {barrier}.", barrier=_(str(barrier))) if barrier is not None else ""


def face_stays_words(barrier: Barrier) -> Problem:
    """Why a face cannot be shown to somebody, and what can be done instead."""
    return Problem(
        _("This face stays masked: {barrier}.", barrier=_(str(barrier))),
        _('Say where you are under "Who can be asked", or ask this device: there nothing is masked.'),
    )


def kind_name(kind: str) -> str:
    """What a dialect is called by those who offer it."""
    return _(_KINDS.get(kind, kind))
