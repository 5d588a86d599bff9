"""What the share sheet says about its picture: how far it is, what is masked, what stays, what exactly would leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from companion_app.redaction import Kind
from companion_app.sharing import EndpointCard, Proposal
from companion_app.ui.view_models.sharing.marks import Mark
from companion_app.ui.view_models.sharing.share import ShareModel, Stage, Tool
from companion_app.ui.view_models.words.measures import byte_count
from companion_app.ui.view_models.words.redaction import hash_words, place, places


@dataclass(frozen=True)
class Told:
    """A sign, a title and a detail; `kind` is one of the tones."""

    kind: str
    icon: str
    title: str
    detail: str


_STAGES: Mapping[Stage, Told] = {
    Stage.LOOKING: Told("notice", "magnify", "Looking at what the picture shows…", "Nothing leaves while you look."),
    Stage.CHECKING: Told(
        "notice", "magnify-scan", "A second look goes over what would leave…", "You can go on masking meanwhile."
    ),
    Stage.READY: Told(
        "good",
        "shield-check-outline",
        "The second look found nothing else.",
        "Machines miss things: look yourself before you share.",
    ),
}
_STAYS_HERE = Told("good", "shield-check-outline", "Nothing leaves this device.", "So nothing is masked.")


def headline(card: EndpointCard) -> str:
    """What the sheet is about."""
    return "Ask this device" if card.stays_here else "Share this picture"


def state(model: ShareModel) -> Told:
    """How far the picture is, and what stands in its way."""
    if model.stage is Stage.FAILED and model.problem is not None:
        return Told("problem", "alert-circle-outline", model.problem.what, model.problem.next_step)
    if model.problem is not None:  # a change that could not be made; what was before stands
        return Told("caution", "alert-outline", model.problem.what, model.problem.next_step)
    if model.stage is Stage.BLOCKED:
        return Told(
            "problem",
            "eye-outline",
            f"Held back: the second look still sees {model.blocked_words}.",
            "Nothing can be shared like this. Mask it, too, mask more by hand, or send only a part of the picture.",
        )
    if model.card.stays_here and model.stage is Stage.READY:
        return _STAYS_HERE
    return _STAGES.get(model.stage, _STAGES[Stage.CHECKING])


def face_question(model: ShareModel) -> tuple[str, str]:
    """What is asked before a face is shown, and what the answer means; empty while none is asked about."""
    if model.face is None:
        return "", ""
    return (
        "Has this person agreed?",
        f"Only they can say yes to their face being sent to {model.card.recipient}. "
        "That you said so stands in your receipt.",
    )


def masked(model: ShareModel) -> str:
    """What is masked in what is drawn; empty where nothing would leave anyway."""
    if not model.editable:
        return ""
    return places(model.masked) or "nothing"


def kept(model: ShareModel) -> str:
    """What was found and stays to be seen, with the reason of each kind; empty where there is nothing."""
    reasons: dict[str, list[str]] = {}
    for kind, reason in model.kept:
        reasons.setdefault(reason, []).append(kind)
    return "\n".join(f"{places(kinds)}: {reason}" for reason, kinds in reasons.items())


def part(model: ShareModel) -> str:
    """How much of the picture would leave; empty for all of it."""
    return "only the part that is drawn above" if model.cropped else ""


def amount(proposal: Proposal | None, card: EndpointCard) -> str:
    """Exactly what the recipient gets, countable."""
    if proposal is None:
        return "not known before the second look is over"
    picture, question = byte_count(len(proposal.bytes)), byte_count(len(proposal.question.encode()))
    what = f"this picture ({picture}) and your question ({question})"
    return f"{what}. They stay on this device." if card.stays_here else what


def fingerprint(proposal: Proposal | None) -> str:
    """The hash that the agreement names, in groups."""
    return hash_words(proposal.sha256) if proposal is not None else ""


def earlier(proposal: Proposal | None) -> str:
    """What was shared of the same picture with the same recipient before; empty for nothing."""
    count = len(proposal.earlier) if proposal is not None else 0
    if proposal is None or not count:
        return ""
    often = "once" if count == 1 else f"{count} times"
    return f"You shared this picture with {proposal.card.recipient} {often} before."


def place_words(mark: Mark) -> str:
    """What the keyboard is at, and what Enter does to it."""
    what = place(mark.kind)
    if mark.state == "missed":
        return f"{what}, still to be seen. Enter masks it."
    if mark.state == "seen":
        return f"{what}, to be seen. Enter masks it."
    return f"{what}, masked. Enter {'asks about showing it' if mark.kind == Kind.FACE else 'shows it'}."


def how_to(model: ShareModel) -> str:
    """What a touch or a key does to the picture; empty where nothing can be changed."""
    if not model.editable:
        return ""
    if model.tool is Tool.CROP:
        return "Drag over the part that may be sent. All the rest is cut off."
    return (
        "Tap a mask to show what is under it. Tap or drag anywhere else to mask more. "
        "On the keyboard: arrows, then Enter. The outlines are not sent."
    )
