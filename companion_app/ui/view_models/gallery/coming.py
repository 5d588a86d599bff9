"""How far the import of what waits on the glasses is, in words; and the way to go on where it stopped."""

from __future__ import annotations

from dataclasses import dataclass

from companion_app.gallery.import_state import ImportState, Step
from companion_app.language import _, byte_words, listed, ngettext
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.measures import length

_ROUND_S = 5  # nobody needs the seconds of a guess


@dataclass(frozen=True)
class Coming:
    """`part` from 0 to 1 while it is known; `kind` is a tone; an empty title: there is nothing to say."""

    title: str = ""
    detail: str = ""
    kind: str = "notice"
    part: float | None = None
    can_go_on: bool = False


def coming(state: ImportState) -> Coming:
    """Words for one state of the import."""
    if state.step is Step.LOOKING:
        return Coming(_("Looking for new pictures on the glasses…"))
    if state.step is Step.MOVING and state.items:
        title = _("Importing: {done} of {all}", done=min(state.brought + 1, state.items), all=state.items)
        part = state.bytes / state.all_bytes if state.all_bytes else 0.0
        return Coming(title, _moving(state), part=part)
    if state.step is Step.STOPPED and state.stopped_by is not None:
        said = problem(state.stopped_by)
        return Coming(
            _("The import stopped. It goes on where it was."), f"{said.what} {said.next_step}", "caution", None, True
        )
    if state.step is Step.DONE and state.left:
        title = ngettext(
            "{n} picture stays on the glasses for now.", "{n} pictures stay on the glasses for now.", state.left
        )
        return Coming(title, _("It is tried again at the next import."), "caution", None, True)
    return Coming()


def _moving(state: ImportState) -> str:
    """Amounts, what had come before, and how long it still takes."""
    said = [_("{have} of {all}", have=byte_words(state.bytes), all=byte_words(state.all_bytes))]
    if state.before_bytes:
        said.append(_("{size} had come before", size=byte_words(state.before_bytes)))
    if state.left_s is not None:
        rounded = max(_ROUND_S, round(state.left_s / _ROUND_S) * _ROUND_S)
        said.append(_("about {time} left", time=length(rounded if rounded < 60 else 60 * round(rounded / 60))))
    return listed(said)
