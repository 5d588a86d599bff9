"""What a person can do with the pictures that are here, one or many: look them up, take copies, delete them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from companion_app.assistant.history import History
from companion_app.control.item_history import Happening, history_of
from companion_app.control.shelves import Shelves
from companion_app.errors import AppError
from companion_app.gallery import Gallery, Picture
from companion_app.gallery.errors import PictureGone
from companion_app.gallery.exporting import Exported
from companion_app.gallery.filters import Library
from companion_app.gallery.import_state import Imports
from companion_app.gallery.places import Places
from companion_app.gallery.space import FreeSpace
from companion_app.gallery.words import Reading, Words
from companion_app.ledger import Ledger
from companion_app.sharing import Sharing
from companion_app.sharing.take_back import ErasureRequest

Done = Callable[[int, int], None]  # pictures so far, pictures in all


@dataclass(frozen=True)
class Deleted:
    """What came of it: the ids that are gone, what could not be deleted and why, and the texts that ask for the erasure
    of what was shared, for the owner to send."""

    gone: tuple[str, ...]
    failed: tuple[tuple[Picture, AppError], ...]
    requests: tuple[ErasureRequest, ...]


class Keeping(ABC):
    """A part of the companion."""

    gallery: Gallery
    ledger: Ledger
    sharing: Sharing
    _shelves: Shelves

    @property
    def library(self) -> Library:
        """Looks pictures up."""
        return self._shelves.library

    @property
    def words(self) -> Words:
        """What was read in them."""
        return self._shelves.words

    @property
    def reading(self) -> Reading:
        """Reads them while nothing else is to be done; begins when it is told to."""
        return self._shelves.reading

    @property
    def places(self) -> Places:
        """Where this phone was when they came; empty unless the owner wants it."""
        return self._shelves.places

    @property
    def history(self) -> History:
        """What was asked about them."""
        return self._shelves.history

    @property
    def imports(self) -> Imports:
        """How far the import is; `sync` begins it, or goes on with it."""
        return self._shelves.imports

    @property
    def space(self) -> FreeSpace:
        """How much room is left."""
        return self._shelves.space

    @abstractmethod
    def journal_of(self, glasses: str) -> tuple[str, ...]:
        """The lines of a pair of glasses' journal as far as this phone holds them."""

    @abstractmethod
    async def delete(self, picture: Picture) -> None:
        """Delete one picture."""

    def history_of(self, picture: Picture) -> tuple[Happening, ...]:
        """What happened to it, oldest first: by the glasses' journal and by this phone's ledger."""
        return history_of(picture, self.ledger.entries(), self.journal_of(picture.glasses), self.sharing.shares())

    async def export(self, pictures: Sequence[Picture], folder: Path, progress: Done | None = None) -> Exported:
        """Opened copies in a folder of the owner's, on record. Raises NotExported, LedgerWriteFailed."""
        return await self._shelves.exporter.export(pictures, folder, progress)

    async def delete_many(
        self, pictures: Sequence[Picture], *, ask_back: bool = True, progress: Done | None = None
    ) -> Deleted:
        """Delete them here and, now or at the next visit, on the glasses; what fails for one does not keep the others.

        `ask_back`: what was shared of them is asked back first, on record.
        """
        gone: list[str] = []
        failed: list[tuple[Picture, AppError]] = []
        requests: list[ErasureRequest] = []
        for number, picture in enumerate(pictures, 1):
            try:
                if ask_back:
                    requests += self._ask_back(picture)
                await self.delete(picture)
            except PictureGone:
                gone.append(picture.id)
            except AppError as error:
                failed.append((picture, error))
            else:
                gone.append(picture.id)
            if progress is not None:
                progress(number, len(pictures))
        return Deleted(tuple(gone), tuple(failed), tuple(requests))

    def _ask_back(self, picture: Picture) -> list[ErasureRequest]:
        """A request for each share of it that may have left. Raises LedgerUnavailable."""
        shares = [share for share in self.sharing.shares() if share.picture_id == picture.id and not share.live]
        return [self.sharing.take_back(share.receipt_id) for share in shares if share.may_have_left]
