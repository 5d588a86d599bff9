"""Whether the glasses have confirmed what the owner answered: by their own word, on record."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from companion_app.ledger import Ledger
from companion_app.onboarding.delivery import last_confirmed
from companion_app.onboarding.onboarding import Onboarding, find
from companion_app.onboarding.questions import LEAVE, LISTEN

VOICE_QUESTIONS = frozenset({LISTEN.id, LEAVE.id})


class Confirmed(StrEnum):
    """How far an answer has come. NOT_NEEDED: it is about this phone alone."""

    NOT_NEEDED = "not_needed"
    NO_GLASSES = "no_glasses"
    WAITING = "waiting"
    CONFIRMED = "confirmed"


@dataclass(frozen=True)
class Confirmation:
    """`time_s`: when the glasses said that they hold it, 0 where they have not."""

    state: Confirmed
    glasses: str = ""
    time_s: int = 0


def confirmation(onboarding: Onboarding, ledger: Ledger, question: str, glasses: str | None) -> Confirmation:
    """What `glasses` (None: there are none) have confirmed of the answer to `question`. Raises UnknownQuestion.

    A confirmation counts for the very record that the policy rests on now: an older yes or no is waiting again.
    """
    if find(question).id not in VOICE_QUESTIONS:
        return Confirmation(Confirmed.NOT_NEEDED)
    if glasses is None:
        return Confirmation(Confirmed.NO_GLASSES)
    last = last_confirmed(ledger, glasses)
    if last is None or onboarding.consent(LISTEN.id) is None:
        return Confirmation(Confirmed.WAITING, glasses)
    wanted = (onboarding.voice.value, onboarding.consent_hash())
    if (last.data.get("voice"), last.data.get("consent")) == wanted:
        return Confirmation(Confirmed.CONFIRMED, glasses, last.time_s)
    return Confirmation(Confirmed.WAITING, glasses)
