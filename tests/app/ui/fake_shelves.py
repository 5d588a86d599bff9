"""The real shelves (search, words, places, imports, copies) over the fake gallery of FakeCompanion."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from companion_app.gallery import GalleryChange, Picture
from companion_app.gallery.errors import PictureGone
from companion_app.gallery.exporting import Exporter
from companion_app.gallery.filters import Library
from companion_app.gallery.import_state import Imports
from companion_app.gallery.places import Places
from companion_app.gallery.space import FreeSpace
from companion_app.gallery.words import Words
from companion_app.ledger import Ledger
from companion_app.observers import Observers
from companion_app.sharing import Sharing
from companion_app.store.database import Database

if TYPE_CHECKING:
    from tests.app.ui.fakes import FakeGallery


class NoPosition:
    """A device that does not know where it is."""

    async def where(self) -> None:
        return None


class FakeShelves:
    """What Shelves offers, without what reads in the background."""

    def __init__(self, gallery: FakeGallery, database: Database, ledger: Ledger, sharing: Sharing, own: Path) -> None:
        shelf: Any = gallery
        self.words = Words(database)
        self.places = Places(database, NoPosition(), allowed=lambda: False, holds=lambda _picture: True)
        shared = lambda: [share.picture_id for share in sharing.shares() if share.may_have_left]  # noqa: E731
        self.library = Library(shelf, self.words.find, self.places.find, shared=shared)
        self.imports = Imports()
        self.space = FreeSpace(own, lambda _folder: 1 << 40)
        self.exporter = Exporter(ledger, own)


class Lookups:
    """What the window asks of a gallery besides its list."""

    kept: list[Picture]

    def __init__(self) -> None:
        self._changes: Observers[GalleryChange] = Observers()
        self.thumbs_read: list[str] = []

    def get(self, picture: str) -> Picture:
        for one in self.kept:
            if one.id == picture:
                return one
        raise PictureGone(picture)

    def thumb(self, picture: Picture) -> bytes:
        self.thumbs_read.append(picture.id)
        return picture.preview()

    def observe(self, callback: Callable[[GalleryChange], None]) -> Callable[[], None]:
        return self._changes.add(callback)

    def delete(self, picture: Picture) -> None:
        self.kept.remove(picture)
        self._changes.notify(GalleryChange(picture, added=False))

    def tell_added(self, picture: Picture) -> None:
        self._changes.notify(GalleryChange(picture, added=True))


class FakeKeeping:
    """Journals and deletions of a companion without glasses; `journal` is what they would have said."""

    gallery: Any
    ledger: Ledger
    journal: tuple[str, ...] = ()

    def journal_of(self, _glasses: str) -> tuple[str, ...]:
        return self.journal

    async def delete(self, picture: Picture) -> None:
        self.gallery.get(picture.id)
        self.ledger.append("delete", glasses=picture.glasses, item=picture.item, commit=picture.commitment)
        self.gallery.delete(picture)
