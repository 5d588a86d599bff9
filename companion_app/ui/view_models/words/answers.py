"""Words about the owner's answers: what changed in a question, how each was answered, what the glasses confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from companion_app.language import N_, _, moment_words
from companion_app.onboarding import Standing
from companion_app.onboarding.confirmation import Confirmation, Confirmed
from companion_app.onboarding.difference import Change, Kind

_KINDS: Mapping[Kind, str] = {
    Kind.GONE: N_("No longer said: “{words}”"),
    Kind.NEW: N_("New: “{words}”"),
}


def changes_words(changes: Sequence[Change]) -> tuple[str, str]:
    """A title and one line for each changed sentence; both empty where nothing changed."""
    told = [change for change in changes if change.kind is not Kind.KEPT]
    if not told:
        return "", ""
    lines = [_(_KINDS[change.kind], words=change.words) for change in told]
    title = _(
        "The words of this question changed since you answered it. Until you answer again, nothing is allowed by it."
    )
    return title, "\n".join(lines)


def answer_words(standing: Standing) -> str:
    """What counts now, with the owner's own choice in its words."""
    record, asked = standing.answer, standing.question
    if record is None:
        if standing.newest is None:
            return _("Not answered yet: nothing is allowed.")
        return _("To be answered again: nothing is allowed until then.")
    choice = asked.choice(record.choice)
    said = _(choice.text) if choice is not None else record.choice
    return _("{answer}: {detail}", answer=said, detail=record.detail) if record.detail else said


def confirmation_words(confirmation: Confirmation, name: str) -> str:
    """How far the answer has come; empty where it is about this phone alone. `name`: what the glasses are called."""
    match confirmation.state:
        case Confirmed.NOT_NEEDED:
            return ""
        case Confirmed.NO_GLASSES:
            return _("No glasses are paired: they are told when they are.")
        case Confirmed.WAITING:
            return _("{name} has not confirmed this yet: it is told at the next connection.", name=name)
        case Confirmed.CONFIRMED:
            return _("Confirmed by {name}: {when}.", name=name, when=moment_words(confirmation.time_s))
