"""What can be chosen where the wearer is: an endpoint by its card, faces by the strictest rule that may apply."""

from __future__ import annotations

from enum import StrEnum

from companion_app.language import N_
from companion_app.sharing.cards import EndpointCard
from companion_app.sharing.region import BIOMETRIC_STATES, may_be_within, within


class Barrier(StrEnum):
    """Why something is shown and cannot be chosen."""

    NEVER = N_("you said that AI services are never asked")
    REGION_UNSAID = N_("it is not offered everywhere, and where you are has not been said")
    ONLY_ELSEWHERE = N_("it is offered only elsewhere")
    NOT_HERE = N_("it is not offered where you are")
    FACES_REGION_UNSAID = N_("faces can leave only once you have said where you are")
    FACES_BIOMETRIC_LAW = N_("where you are, or may be, a law on biometric data stands")
    FACES_TRAINED_ON = N_("who trains on pictures, or may, is shown no faces")


def barrier(card: EndpointCard, region: str | None) -> Barrier | None:
    """Why `card` cannot be chosen in `region` (None: not said); None when it can."""
    if not card.only_in and not card.not_in:
        return None
    if region is None:
        return Barrier.REGION_UNSAID
    if any(may_be_within(region, code) for code in card.not_in):
        return Barrier.NOT_HERE
    if card.only_in and not any(within(region, code) for code in card.only_in):
        return Barrier.ONLY_ELSEWHERE
    return None


def faces_barrier(card: EndpointCard, region: str | None) -> Barrier | None:
    """Why no face may be left to be seen in what goes to `card`; None when each agreed one may. Nothing leaves to a
    card that stays here. This is a rule of the app, stricter than some of the laws that it bows to."""
    if card.stays_here:
        return None
    if region is None:
        return Barrier.FACES_REGION_UNSAID
    if any(may_be_within(region, state) for state in BIOMETRIC_STATES):
        return Barrier.FACES_BIOMETRIC_LAW
    if card.trains_inputs is not False and not card.runs_here:
        return Barrier.FACES_TRAINED_ON
    return None
