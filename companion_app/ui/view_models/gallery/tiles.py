"""What stands on a picture's tile, and what is spoken of it: signs by name, never colour alone."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from companion_app.companion import Companion
from companion_app.gallery import Picture
from companion_app.language import _, listed, moment_words, weekday_words
from companion_app.ui.view_models.words.light import light_words

_MINUTE_S = 60
_SHORT = 6


@dataclass(frozen=True)
class TileWords:
    """`signs`: names of icons, `words`: a few characters beside them, `spoken`: all of it as a sentence."""

    signs: tuple[str, ...]
    words: str
    spoken: str


@dataclass(frozen=True)
class ShownDay:
    """A day's name, and the ids of its pictures in their order."""

    words: str
    pictures: Sequence[str]


def tile_words(picture: Picture, *, shared: bool) -> TileWords:
    """A picture on the wall."""
    is_clip, proven = picture.kind == "clip", light_words(picture.light).proven
    signs = [
        *(["play"] if is_clip else []),
        *([] if proven else ["lightbulb-alert-outline"]),
        *(["export-variant"] if shared else []),
    ]
    said = [
        _("Clip of {length}", length=clip_length(picture.duration_ms)) if is_clip else _("Photograph"),
        when_words(picture.time_s),
        "" if proven else _("capture light UNPROVEN"),
        _("was shared") if shared else "",
    ]
    words = clip_length(picture.duration_ms) if is_clip else ""
    return TileWords(tuple(signs), words, listed(part for part in said if part))


def glasses_name(companion: Companion, glasses: str) -> str:
    """What the owner calls them, else the beginning of their short name in records."""
    return companion.names.of(glasses) or _("Glasses {short}", short=glasses[:_SHORT])


def clip_length(duration_ms: int) -> str:
    """Minutes and seconds, as players show them."""
    seconds = max(0, round(duration_ms / 1000))
    return f"{seconds // _MINUTE_S}:{seconds % _MINUTE_S:02d}"


def when_words(time_s: int) -> str:
    """A moment of the glasses' clock; they may never have been told the time."""
    try:
        return moment_words(time_s) if time_s > 0 else _("time unknown")
    except (OverflowError, OSError, ValueError):
        return _("time unknown")


def day_words(day: datetime.date | None, today: datetime.date) -> str:
    """What a day is called; None: the clock of the glasses had not been set."""
    if day is None:
        return _("Day unknown: the glasses had not been told the time")
    if day == today:
        return _("Today")
    if day == today - datetime.timedelta(days=1):
        return _("Yesterday")
    return weekday_words(day)
