"""The phone's own place at import, on the pictures that were taken just before: glasses have no receiver for it.

Nothing is asked of the system, and nothing kept, unless the owner said yes; a withdrawal erases every place.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from companion_app.gallery.picture import Picture
from companion_app.gallery.places.distance import coarse, metres
from companion_app.ports.position import Position
from companion_app.store.broken import note_broken
from companion_app.store.database import Database

PLACES, SPOTS = "places", "named_places"
_SAME_PLACE_S = 900  # older pictures may have been taken anywhere
_WORST_ACCURACY_M = 1000.0
_NEAR_M = 300.0
_MOST_NAME_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Place:
    """Degrees on WGS 84, rounded to about 100 m; `name`: what the owner calls it, empty where it has no name."""

    latitude: float
    longitude: float
    name: str = ""

    @property
    def at(self) -> tuple[float, float]:
        """Latitude and longitude."""
        return self.latitude, self.longitude


class Places:
    """`allowed()`: the owner's answer, asked anew each time; `holds(id)`: the picture is (still) in the gallery."""

    def __init__(
        self,
        database: Database,
        position: Position,
        allowed: Callable[[], bool],
        holds: Callable[[str], bool],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._position = position
        self._allowed = allowed
        self._holds = holds
        self._clock = clock
        self._of = {picture: _place(row) for picture, row in database.rows(PLACES, note_broken(PLACES))}
        self._spots = {name: _place(row).at for name, row in database.rows(SPOTS, note_broken(SPOTS))}
        if not allowed():
            self.forget_all()

    async def note(self, picture: Picture) -> Place | None:
        """Keep where this phone is, where the picture is new and the owner lets it; None where nothing was kept."""
        if not self._allowed() or not 0 <= self._clock() - picture.time_s <= _SAME_PLACE_S:
            return None
        fix = await self._position.where()
        if fix is None or fix.accuracy_m > _WORST_ACCURACY_M or abs(self._clock() - fix.time_s) > _SAME_PLACE_S:
            return None
        if not self._allowed() or not self._holds(picture.id):  # withdrawn, or deleted, while the system was asked
            return None
        place = Place(coarse(fix.latitude), coarse(fix.longitude))
        with self._database.transaction() as tables:
            tables.put(PLACES, picture.id, _row(place.at))
        self._of[picture.id] = place
        return self.of(picture.id)

    def of(self, picture: str) -> Place | None:
        """Where the phone was when the picture with this id came, with the name of the nearest named place."""
        place = self._of.get(picture)
        return Place(*place.at, self._name_near(place.at)) if place is not None else None

    def names(self) -> list[str]:
        """The names that the owner gave."""
        return sorted(self._spots)

    def call(self, name: str, picture: str) -> None:
        """From now on the surroundings of this picture's place are called `name`; nothing where it has no place."""
        name = name.strip()[:_MOST_NAME_CHARACTERS]
        place = self._of.get(picture)
        if not name or place is None:
            return
        with self._database.transaction() as tables:
            tables.put(SPOTS, name, _row(place.at))
        self._spots[name] = place.at

    def forget_name(self, name: str) -> None:
        """Forget a name; the pictures keep their places."""
        if name in self._spots:
            with self._database.transaction() as tables:
                tables.remove(SPOTS, name)
            del self._spots[name]

    def find(self, name: str) -> set[str]:
        """The ids of the pictures within 300 m of the place that the owner calls so."""
        spot = self._spots.get(name)
        if spot is None:
            return set()
        return {picture for picture, place in self._of.items() if metres(spot, place.at) <= _NEAR_M}

    def drop(self, picture: str) -> None:
        """Forget in memory where it was; its row went with the picture's."""
        self._of.pop(picture, None)

    def forget_all(self) -> None:
        """Erase every place and every name, durable on return: the owner said no."""
        if not self._of and not self._spots:
            return
        with self._database.transaction() as tables:
            for picture in self._of:
                tables.remove(PLACES, picture)
            for name in self._spots:
                tables.remove(SPOTS, name)
        self._of, self._spots = {}, {}

    def _name_near(self, at: tuple[float, float]) -> str:
        near = sorted((metres(spot, at), name) for name, spot in self._spots.items())
        return near[0][1] if near and near[0][0] <= _NEAR_M else ""


def _row(at: tuple[float, float]) -> bytes:
    return json.dumps(at).encode()


def _place(row: bytes) -> Place:
    """What opens was written here: two numbers."""
    latitude, longitude = cast("list[float]", json.loads(row))
    return Place(latitude, longitude)
