"""A data-use card in plain words, for the moment at which somebody chooses whom to ask."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from companion_app.sharing import EndpointCard
from companion_app.sharing.cards import UNKNOWN
from companion_app.sharing.endpoints.saved import KINDS
from companion_app.sharing.offers import Barrier
from companion_app.ui.view_models.words.problem import Problem

_KINDS: Mapping[str, str] = dict(
    zip(KINDS, ("Like OpenAI (also vLLM, llama.cpp, Ollama)", "Like Anthropic"), strict=True)
)
_LOCAL_USE = "Nothing leaves it. It reads text and codes and counts faces."


def name(card: EndpointCard) -> str:
    """Who it is, as a person reads it at the beginning of a line."""
    return card.recipient[:1].upper() + card.recipient[1:] if card.stays_here else card.recipient


def use(card: EndpointCard) -> str:
    """What becomes of a picture there, a line for each thing."""
    if card.stays_here:
        return _LOCAL_USE
    where = [f"{card.program}."] if card.program else []
    return "\n".join([*where, trains(card), f"Keeps it: {card.retention}.", f"People may see it: {card.human_review}."])


def trains(card: EndpointCard) -> str:
    """Whether it learns from what it is sent; what nobody knows is taken for a yes."""
    if card.trains_inputs is None:
        known = "" if card.trains == UNKNOWN else f" ({card.trains})"
        return f"Nobody knows whether it trains on what you send{known}: assume that it does."
    return f"Trains on what you send: {card.trains}."


def age_note(card: EndpointCard, today: datetime.date) -> str:
    """What to say of terms that should have been read again; empty while they are fresh."""
    if not card.stale(today):
        return ""
    return f"Its terms were last read on {card.reviewed} and are overdue for another reading: they may have changed."


def barrier_words(barrier: Barrier | None) -> str:
    """Why somebody is shown and cannot be chosen; empty where they can."""
    return f"Cannot be chosen: {barrier}." if barrier is not None else ""


def face_stays_words(barrier: Barrier) -> Problem:
    """Why a face cannot be shown to somebody, and what can be done instead."""
    return Problem(
        f"This face stays masked: {barrier}.",
        'Say where you are under "Who can be asked", or ask this device: there nothing is masked.',
    )


def kind_name(kind: str) -> str:
    """What a dialect is called by those who offer it."""
    return _KINDS.get(kind, kind)
