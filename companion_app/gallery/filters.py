"""What a person looks for in the gallery, and which pictures that is."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from companion_app.gallery.days import day_of
from companion_app.gallery.gallery import Gallery
from companion_app.gallery.picture import Picture


@dataclass(frozen=True)
class Filter:
    """All that is given must hold; the empty one takes every picture.

    `text`: words seen in the picture. `kind`: "photo" or "clip". `glasses`: their short name. `shared`: may have left
    this phone, or not. `proven`: the light of the glasses was proven, or not. `place`: a name the owner gave a place.
    """

    text: str = ""
    kind: str | None = None
    glasses: str | None = None
    shared: bool | None = None
    proven: bool | None = None
    place: str | None = None
    first_day: date | None = None
    last_day: date | None = None


Found = Callable[[str], Collection[str]]  # ids of pictures by words, or by the name of a place


class Library:
    """Looks through the gallery. `shared()`: ids of pictures of which something may have left."""

    def __init__(self, gallery: Gallery, words: Found, placed: Found, shared: Callable[[], Collection[str]]) -> None:
        self._gallery = gallery
        self._words = words
        self._placed = placed
        self._shared = shared

    def find(self, wanted: Filter) -> list[Picture]:
        """The pictures that `wanted` describes, newest first."""
        found = [picture for picture in self._gallery.pictures() if _fits(picture, wanted)]
        if wanted.text.strip():
            found = _among(found, self._words(wanted.text), inside=True)
        if wanted.place is not None:
            found = _among(found, self._placed(wanted.place), inside=True)
        if wanted.shared is not None:
            found = _among(found, self._shared(), inside=wanted.shared)
        return found

    def glasses(self) -> list[str]:
        """The short names of all glasses that took a picture here."""
        return sorted({picture.glasses for picture in self._gallery.pictures()})


def _fits(picture: Picture, wanted: Filter) -> bool:
    """True where what the picture says of itself is what is wanted."""
    if wanted.kind not in (None, picture.kind) or wanted.glasses not in (None, picture.glasses):
        return False
    if wanted.proven not in (None, picture.proven):
        return False
    return (wanted.first_day is None and wanted.last_day is None) or _within(picture, wanted)


def _within(picture: Picture, wanted: Filter) -> bool:
    day = day_of(picture.time_s)
    if day is None:
        return False
    return (wanted.first_day or day) <= day <= (wanted.last_day or day)


def _among(pictures: list[Picture], ids: Collection[str], *, inside: bool) -> list[Picture]:
    return [picture for picture in pictures if (picture.id in ids) is inside]
