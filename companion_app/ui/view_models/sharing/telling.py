"""What the share sheet says about its picture: how far it is, what is masked, what stays, what exactly would leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from companion_app.language import N_, _, ngettext, pgettext
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
    Stage.LOOKING: Told(
        "notice", "magnify", N_("Looking at what the picture shows…"), N_("Nothing leaves while you look.")
    ),
    Stage.CHECKING: Told(
        "notice",
        "magnify-scan",
        N_("A second look goes over what would leave…"),
        N_("You can go on masking meanwhile."),
    ),
    Stage.READY: Told(
        "good",
        "shield-check-outline",
        N_("The second look found nothing else."),
        N_("Machines miss things: look yourself before you share."),
    ),
}
_STAYS_HERE = Told("good", "shield-check-outline", N_("Nothing leaves this device."), N_("So nothing is masked."))


def _said(told: Told) -> Told:
    return replace(told, title=_(told.title), detail=_(told.detail))


def headline(card: EndpointCard) -> str:
    """What the sheet is about."""
    return _("Ask this device") if card.stays_here else _("Share this picture")


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
            _("Held back: the second look still sees {places}.", places=model.blocked_words),
            _("Nothing can be shared like this. Mask it, too, mask more by hand, or send only a part of the picture."),
        )
    if model.card.stays_here and model.stage is Stage.READY:
        return _said(_STAYS_HERE)
    return _said(_STAGES.get(model.stage, _STAGES[Stage.CHECKING]))


def face_question(model: ShareModel) -> tuple[str, str]:
    """What is asked before a face is shown, and what the answer means; empty while none is asked about."""
    if model.face is None:
        return "", ""
    return (
        _("Has this person agreed?"),
        _(
            "Only they can say yes to their face being sent to {recipient}. That you said so stands in your receipt.",
            recipient=model.card.recipient,
        ),
    )


def masked(model: ShareModel) -> str:
    """What is masked in what is drawn; empty where nothing would leave anyway."""
    if not model.editable:
        return ""
    return places(model.masked) or pgettext("masked", "nothing")


def kept(model: ShareModel) -> str:
    """What was found and stays to be seen, with the reason of each kind; empty where there is nothing."""
    reasons: dict[str, list[str]] = {}
    for kind, reason in model.kept:
        reasons.setdefault(reason, []).append(kind)
    return "\n".join(_("{places}: {why}", places=places(kinds), why=_(reason)) for reason, kinds in reasons.items())


def part(model: ShareModel) -> str:
    """How much of the picture would leave; empty for all of it."""
    return _("only the part that is drawn above") if model.cropped else ""


def amount(proposal: Proposal | None, card: EndpointCard) -> str:
    """Exactly what the recipient gets, countable."""
    if proposal is None:
        return _("not known before the second look is over")
    picture, question = byte_count(len(proposal.bytes)), byte_count(len(proposal.question.encode()))
    if card.stays_here:
        return _(
            "this picture ({picture}) and your question ({question}). They stay on this device.",
            picture=picture,
            question=question,
        )
    return _("this picture ({picture}) and your question ({question})", picture=picture, question=question)


def fingerprint(proposal: Proposal | None) -> str:
    """The hash that the agreement names, in groups."""
    return hash_words(proposal.sha256) if proposal is not None else ""


def earlier(proposal: Proposal | None) -> str:
    """What was shared of the same picture with the same recipient before; empty for nothing."""
    count = len(proposal.earlier) if proposal is not None else 0
    if proposal is None or not count:
        return ""
    return ngettext(
        "You shared this picture with {recipient} once before.",
        "You shared this picture with {recipient} {n} times before.",
        count,
        recipient=proposal.card.recipient,
    )


def place_words(mark: Mark) -> str:
    """What the keyboard is at, and what Enter does to it."""
    what = place(mark.kind)
    if mark.state == "missed":
        return _("{what}, still to be seen. Enter masks it.", what=what)
    if mark.state == "seen":
        return _("{what}, to be seen. Enter masks it.", what=what)
    if mark.kind == Kind.FACE:
        return _("{what}, masked. Enter asks about showing it.", what=what)
    return _("{what}, masked. Enter shows it.", what=what)


def how_to(model: ShareModel) -> str:
    """What a touch or a key does to the picture; empty where nothing can be changed."""
    if not model.editable:
        return ""
    if model.tool is Tool.CROP:
        return _("Drag over the part that may be sent. All the rest is cut off.")
    return _(
        "Tap a mask to show what is under it. Tap or drag anywhere else to mask more. "
        "On the keyboard: arrows, then Enter. The outlines are not sent."
    )
