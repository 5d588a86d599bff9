"""One picture with everything that is known of it: its light, its words, its history, and what can be done with it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Protocol

from companion_app.companion import Companion
from companion_app.errors import AppError
from companion_app.gallery import Picture
from companion_app.gallery.playing import read_film
from companion_app.language import _, byte_count
from companion_app.ui.view_models.gallery.player import PlayerModel
from companion_app.ui.view_models.gallery.tiles import glasses_name, when_words
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.words.clips import clip_mark
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.light import LightWords, light_words
from companion_app.ui.view_models.words.problem import Problem
from companion_app.ui.view_models.words.record.happening import HappeningWords, happening_words
from companion_app.ui.view_models.words.record.taking import trigger_words

_MOST_WORDS = 400  # characters


class Keeper(Protocol):
    """Who has the picture that is looked at."""

    def delete_one(self, picture: Picture) -> Coroutine[Any, Any, None]:
        """Leave it, and delete it after a while."""
        ...

    def export_one(self, picture: Picture) -> None:
        """Open the sheet on which a copy of it is made."""
        ...


class ItemModel(Observable):
    """`jpeg`: what is to be drawn, None until `open` has read it; `player` where it is a clip that can be played."""

    def __init__(self, companion: Companion, picture: Picture, gallery: Keeper) -> None:
        super().__init__()
        self._companion = companion
        self._gallery = gallery
        self.picture = picture
        self.jpeg: bytes | None = None
        self.player: PlayerModel | None = None
        self.problem: Problem | None = None
        self.history: tuple[HappeningWords, ...] = ()
        self._read = False
        self.look_back()

    @property
    def is_clip(self) -> bool:
        """True for a clip."""
        return self.picture.kind == "clip"

    @property
    def title(self) -> str:
        """When it was taken."""
        return when_words(self.picture.time_s)

    @property
    def mark(self) -> str:
        """Length and end of a clip; empty for a photograph."""
        return clip_mark(self.picture)

    @property
    def light(self) -> LightWords:
        """What its light proves."""
        return light_words(self.picture.light)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Names and values."""
        picture = self.picture
        return [
            (_("How"), trigger_words(picture.trigger)),
            (_("Glasses"), glasses_name(self._companion, picture.glasses)),
            (_("Number"), str(picture.item)),
            (_("Size"), byte_count(picture.bytes)),
            (_("Place"), self._place()),
            (_("Words in it"), self._words()),
        ]

    def look_back(self) -> None:
        """Read its history anew."""
        self.history = tuple(happening_words(one) for one in self._companion.history_of(self.picture))

    async def open(self) -> None:
        """Read it once, and prepare a clip to be played."""
        if self._read:
            return
        self._read = True
        try:
            self.jpeg = await asyncio.to_thread(self.picture.preview)
            self.changed()
            if self.is_clip:
                film = read_film(await asyncio.to_thread(self.picture.read))
                self.player = PlayerModel(film)
                self.player.observe(self.changed)
        except AppError as error:
            self.problem = problem(error)
        self.changed()

    def delete(self) -> Coroutine[Any, Any, None]:
        """Leave it and delete it, with a while to think better of it."""
        return self._gallery.delete_one(self.picture)

    def export(self) -> None:
        """Make an opened copy of it."""
        self._gallery.export_one(self.picture)

    def _place(self) -> str:
        """Where it came to this phone, where the owner had that noted."""
        place = self._companion.places.of(self.picture.id)
        return "" if place is None else place.name or _("noted, without a name")

    def _words(self) -> str:
        """What is to be read in it, as far as this phone has read it."""
        lines = self._companion.words.of(self.picture.id)
        if lines is None:
            return _("not read yet")
        said = " · ".join(lines)
        return said if len(said) <= _MOST_WORDS else said[:_MOST_WORDS] + "…"
