"""What the notice says, in the language of the app; the service's own process knows no words but these."""

from __future__ import annotations

from collections.abc import Sequence

from companion_app.language import N_, _
from companion_app.service.messages import Show
from companion_app.service.watching import Kind, LiveThing

_WORDS = {
    Kind.LISTENING: N_("The sound of your question comes from the glasses."),
    Kind.LOOKING: N_("This phone looks through the glasses."),
    Kind.CLIP: N_("The glasses record a clip."),
    Kind.TIMELAPSE: N_("The glasses take a picture now and then."),
}


def show_words(things: Sequence[LiveThing]) -> Show:
    """The notice for what is live; with nothing live it says that the glasses are connected, and has no button."""
    return Show(
        title=_("Live now") if things else _("Connected to your glasses"),
        body=" ".join(_thing(thing) for thing in things) if things else _("Nothing is live."),
        button=_("Stop") if things else "",
        gone=_(
            "The app has ended, and looks through the glasses no longer. A clip that they had begun ends at its "
            "length, with their light on."
        ),
        silent=_("The app does not answer, so what is live is not known. The light of the glasses tells."),
    )


def _thing(thing: LiveThing) -> str:
    if thing.kind is Kind.SHARING:
        return _("What the glasses see is shown to {who}.", who=thing.recipient)
    return _(_WORDS[thing.kind])
