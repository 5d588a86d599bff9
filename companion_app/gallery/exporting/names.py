"""What an exported copy is called: when it was taken, what it is, and its number on the glasses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from companion_app.gallery.days import day_of
from companion_app.gallery.picture import ENDINGS, Picture

_MOST_OF_ONE_NAME = 10_000


def names_for(picture: Picture, zone: tzinfo | None = None) -> Iterator[str]:
    """The name of a copy, and then others for where that one is taken. `zone` None: that of this phone."""
    known = day_of(picture.time_s, zone) is not None
    when = datetime.fromtimestamp(picture.time_s, zone).strftime("%Y-%m-%d_%H-%M-%S") if known else "undated"
    stem = f"{when}_{picture.kind}-{picture.item}"
    yield stem + ENDINGS[picture.kind]
    for number in range(2, _MOST_OF_ONE_NAME):
        yield f"{stem}_{number}{ENDINGS[picture.kind]}"
