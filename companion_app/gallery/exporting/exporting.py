"""Takes opened copies out of the app because the owner asked for them: on record first, then one after the other."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from companion_app.errors import AppError
from companion_app.gallery.errors import NotExported
from companion_app.gallery.exporting.copying import copy_to
from companion_app.gallery.exporting.names import names_for
from companion_app.gallery.picture import Picture
from companion_app.ledger import Ledger

EXPORT = "export"
_MOST_ON_ONE_RECORD = 400  # a record of the ledger holds 64 KiB
Done = Callable[[int, int], None]  # copies so far, pictures in all


@dataclass(frozen=True)
class Exported:
    """What came of it: `files` in the pictures' order, and those that could not be opened, each with why."""

    files: tuple[Path, ...]
    failed: tuple[tuple[Picture, AppError], ...]


class Exporter:
    """`own` is the app's folder, which no opened copy belongs into."""

    def __init__(self, ledger: Ledger, own: Path) -> None:
        self._ledger = ledger
        self._own = own

    async def export(self, pictures: Sequence[Picture], folder: Path, progress: Done | None = None) -> Exported:
        """Opened copies in `folder`, named by their time. On record are the pictures' commitments, not the place.

        Raises NotExported (what was written stays), LedgerWriteFailed (nothing was).
        """
        self._check(folder)
        for at in range(0, len(pictures), _MOST_ON_ONE_RECORD):
            some = pictures[at : at + _MOST_ON_ONE_RECORD]
            self._ledger.append(EXPORT, count=len(pictures), commits=[picture.commitment for picture in some])
        files: list[Path] = []
        failed: list[tuple[Picture, AppError]] = []
        for picture in pictures:
            try:
                files.append(await asyncio.to_thread(_copy, picture, folder))
            except AppError as error:
                failed.append((picture, error))
            except OSError as error:
                raise NotExported(error.strerror or "failed", len(files)) from error
            if progress is not None:
                progress(len(files) + len(failed), len(pictures))
        return Exported(tuple(files), tuple(failed))

    def _check(self, folder: Path) -> None:
        if not folder.is_dir():
            raise NotExported("no_folder", 0)
        place = Path(os.path.realpath(folder))
        if place.is_relative_to(os.path.realpath(self._own)):
            raise NotExported("own_folder", 0)


def _copy(picture: Picture, folder: Path) -> Path:
    return copy_to(folder, names_for(picture), picture.read())
