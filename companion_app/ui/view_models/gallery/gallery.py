"""The gallery's room: every picture by day, what is searched for, what is chosen, and what is done with it."""

from __future__ import annotations

import asyncio
import datetime
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from companion_app.companion import Companion
from companion_app.errors import AppError
from companion_app.gallery import Picture
from companion_app.gallery.days import by_day
from companion_app.gallery.filters import Filter
from companion_app.language import ngettext
from companion_app.ui.view_models.gallery.coming import Coming, coming
from companion_app.ui.view_models.gallery.exporting import exporting
from companion_app.ui.view_models.gallery.item import ItemModel
from companion_app.ui.view_models.gallery.leaving import Leaving, Wait
from companion_app.ui.view_models.gallery.search import MAX_WORDS, Switch, switched, switches
from companion_app.ui.view_models.gallery.tiles import ShownDay, TileWords, day_words, glasses_name, tile_words
from companion_app.ui.view_models.rooms import RoomModel
from companion_app.ui.view_models.taking_out import TakingOutModel
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.problem import Problem

_NOTHING = Filter()
_SHARED = Filter(shared=True)


class GalleryModel(RoomModel):
    """`days` is replaced, never changed, when other pictures are to be shown."""

    def __init__(
        self, companion: Companion, now_s: Callable[[], float] = time.time, wait: Wait = asyncio.sleep
    ) -> None:
        super().__init__()
        self._companion = companion
        self._now_s = now_s
        self.wanted = _NOTHING
        self.days: Sequence[ShownDay] = ()
        self.count = 0
        self.choosing = False
        self.chosen: frozenset[str] = frozenset()
        self.problem: Problem | None = None
        self.out: TakingOutModel | None = None
        self.leaving = Leaving(companion, wait)
        self._shared: frozenset[str] = frozenset()
        self._due = True
        companion.gallery.observe(lambda _change: self._changed_below())
        companion.imports.observe(lambda _state: self.changed())
        self.leaving.observe(self._changed_below)
        self.look()

    @property
    def total(self) -> int:
        """How many pictures there are, shown or not."""
        return len(self._companion.gallery.pictures())

    @property
    def coming(self) -> Coming:
        """How far the import is."""
        return coming(self._companion.imports.state)

    @property
    def narrowed(self) -> bool:
        """True where not everything is shown."""
        return self.wanted != _NOTHING

    @property
    def counted(self) -> str:
        """How many are shown."""
        if self.narrowed:
            return ngettext("{n} picture found", "{n} pictures found", self.count)
        return ngettext("{n} picture", "{n} pictures", self.count)

    @property
    def switches(self) -> list[Switch]:
        """What narrows the search."""
        glasses = [(short, glasses_name(self._companion, short)) for short in self._companion.library.glasses()]
        return switches(self.wanted, glasses, self._companion.places.names())

    def look(self) -> None:
        """Look for what is wanted, where something changed since."""
        if not self._due:
            return
        self._due = False
        found = self._companion.library.find(self.wanted)
        self._shared = frozenset(picture.id for picture in self._companion.library.find(_SHARED))
        hidden = self.leaving.hidden
        shown = [picture for picture in found if picture.id not in hidden]
        today = datetime.datetime.fromtimestamp(self._now_s()).date()
        days = by_day(shown)
        self.days = [ShownDay(day_words(day.date, today), [one.id for one in day.pictures]) for day in days]
        self.count = len(shown)
        self.chosen &= frozenset(picture.id for picture in shown)

    def tile(self, picture: str) -> TileWords:
        """What stands on a tile. Raises PictureGone."""
        return tile_words(self._companion.gallery.get(picture), shared=picture in self._shared)

    def thumb(self, picture: str) -> bytes:
        """The small picture of a tile, in any thread. Raises AppError."""
        return self._companion.gallery.thumb(self._companion.gallery.get(picture))

    def search(self, words: str) -> None:
        """Look for pictures in which these words are to be read."""
        self._want(replace(self.wanted, text=words[:MAX_WORDS]))

    def switch(self, value: str) -> None:
        """Turn one of `switches` on or off."""
        self._want(switched(self.wanted, value))

    def show_all(self) -> None:
        """Look for nothing in particular."""
        self._want(_NOTHING)

    def press(self, picture: str) -> None:
        """Open it, or choose it while choosing."""
        if self.choosing:
            self._choose(self.chosen ^ {picture})
        else:
            self.open(picture)

    def hold(self, picture: str) -> None:
        """Begin to choose, with this one."""
        self.choosing = True
        self._choose(self.chosen | {picture})

    def choose_all(self) -> None:
        """Everything that is shown, or nothing where that was so."""
        everything = frozenset(picture for day in self.days for picture in day.pictures)
        self._choose(frozenset() if self.chosen == everything else everything)

    def set_choosing(self, choosing: bool) -> None:
        """Begin or end choosing."""
        self.choosing = choosing
        self._choose(frozenset())

    def back(self) -> bool:
        """Out of the picture, else out of choosing, else out of the search."""
        if super().back():
            return True
        if self.choosing:
            self.set_choosing(False)
            return True
        if self.narrowed:
            self.show_all()
            return True
        return False

    def open(self, picture: str) -> None:
        """Show one picture with all that is known of it."""
        try:
            found = self._companion.gallery.get(picture)
        except AppError as error:
            self.problem = problem(error)
            self.changed()
            return
        self.enter(ItemModel(self._companion, found, self))

    @property
    def chosen_pictures(self) -> list[Picture]:
        """In the order in which they are shown."""
        order = [picture for day in self.days for picture in day.pictures if picture in self.chosen]
        return [self._companion.gallery.get(picture) for picture in order]

    async def delete_chosen(self) -> None:
        """Hide what is chosen, and delete it after a while."""
        pictures = self.chosen_pictures
        self.choosing, self.chosen = False, frozenset()
        if pictures:
            await self.leaving.delete(pictures)

    async def delete_one(self, picture: Picture) -> None:
        """The same for one that is looked at."""
        super().back()
        await self.leaving.delete([picture])

    def export_chosen(self) -> None:
        """Open the sheet on which copies of what is chosen are made."""
        self._take_out(self.chosen_pictures)

    def export_one(self, picture: Picture) -> None:
        """The same for one that is looked at."""
        self._take_out([picture])

    def close_export(self) -> None:
        """Close it."""
        if self.out is not None:
            self.out = None
            self.changed()

    async def go_on(self) -> None:
        """Import what waits on the glasses."""
        self.problem = None
        try:
            await self._companion.sync()
        except AppError as error:
            if not self.coming.title:
                self.problem = problem(error)
        self.changed()

    def _take_out(self, pictures: Sequence[Picture]) -> None:
        self.out = exporting(self._companion, pictures)
        self.out.observe(self.changed)
        self.changed()

    def _want(self, wanted: Filter) -> None:
        if wanted != self.wanted:
            self.wanted = wanted
            self._changed_below()

    def _choose(self, chosen: frozenset[str]) -> None:
        self.chosen = chosen
        self.changed()

    def _changed_below(self) -> None:
        """What is shown is looked for again when it is drawn, however often something changed before."""
        self._due = True
        self.changed()
