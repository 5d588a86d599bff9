"""What is looked for in the gallery: words, and switches that narrow it, each in words of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from companion_app.gallery.filters import Filter
from companion_app.language import _

MAX_WORDS = 100
_GLASSES = "glasses:"


class Narrow(StrEnum):
    """Switches that are always there."""

    PHOTOS = "photos"
    CLIPS = "clips"
    SHARED = "shared"
    UNPROVEN = "unproven"


# Which field of the filter a switch sets, and to what.
_SETS: Mapping[Narrow, tuple[str, object]] = {
    Narrow.PHOTOS: ("kind", "photo"),
    Narrow.CLIPS: ("kind", "clip"),
    Narrow.SHARED: ("shared", True),
    Narrow.UNPROVEN: ("proven", False),
}


@dataclass(frozen=True)
class Switch:
    """One switch: what it is known by, what it says, and whether it is on."""

    value: str
    caption: str
    on: bool


def switches(wanted: Filter, glasses: Sequence[tuple[str, str]], places: Sequence[str]) -> list[Switch]:
    """All there are; `glasses`: short id and name, offered where there are several; `places` the owner named."""
    captions = {
        Narrow.PHOTOS: _("Photographs"),
        Narrow.CLIPS: _("Clips"),
        Narrow.SHARED: _("Shared"),
        Narrow.UNPROVEN: _("Light unproven"),
    }
    found = [Switch(one.value, captions[one], getattr(wanted, _SETS[one][0]) == _SETS[one][1]) for one in Narrow]
    if len(glasses) > 1:
        found += [Switch(_GLASSES + short, name, wanted.glasses == short) for short, name in glasses]
    return found + [Switch(_PLACE + place, place, wanted.place == place) for place in places]


_PLACE = "place:"


def switched(wanted: Filter, value: str) -> Filter:
    """The filter after a press on a switch: on if it was off, and the other way round; unknown ones change nothing."""
    if value.startswith(_GLASSES):
        short = value.removeprefix(_GLASSES)
        return replace(wanted, glasses=None if wanted.glasses == short else short)
    if value.startswith(_PLACE):
        place = value.removeprefix(_PLACE)
        return replace(wanted, place=None if wanted.place == place else place)
    if value not in set(Narrow):
        return wanted
    name, setting = _SETS[Narrow(value)]
    return replace(wanted, **{name: None if getattr(wanted, name) == setting else setting})
