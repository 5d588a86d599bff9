"""Words for glasses that are around: whose they are, what their light does, how near they seem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from companion_app.language import N_, _
from companion_app.link.sightings import Nearness, Sighting

_NEARNESS: Mapping[Nearness, str] = {
    Nearness.NEAR: N_("Very near."),
    Nearness.MIDDLE: N_("In this room."),
    Nearness.FAR: N_("Farther away."),
}
# After the rhythms of docs/status-light.md.
_READY = N_("Ready to pair: their light blinks quickly and evenly.")
_OWN = N_("They are paired with this phone already.")
_TAKEN = N_("They belong to somebody, perhaps to you: hold the button of yours for five seconds.")
_NEW = N_("No phone is paired with them: hold their button for five seconds.")


def sighting_words(sighting: Sighting, name: str) -> tuple[str, str]:
    """A title and what to do; `name`: what the owner calls them, "" where they do not."""
    near = _(_NEARNESS[sighting.nearness])
    if sighting.own is not None:
        title = _("Your glasses {name}", name=name) if name else _("Your glasses")
        state = _READY if sighting.pairing_open else _OWN
    else:
        title = _("Glasses nearby")
        state = _READY if sighting.pairing_open else _TAKEN if sighting.paired else _NEW
    return title, _("{state} {near}", state=_(state), near=near)


def around_words(around: Sequence[Sighting], *, looking: bool) -> str:
    """What to make of the list."""
    ready = sum(one.pairing_open for one in around)
    if ready > 1:
        return _("Several are ready. Only the pair that your code belongs to opens; the others learn nothing of it.")
    if ready == 1:
        return _("One pair is ready. Enter the code that belongs to it.")
    if around:
        return _("None of them is ready yet: hold the button of yours for five seconds.")
    return _("Looking for glasses…") if looking else ""
