"""Thumbnails of items that still wait on the glasses."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from companion_app.files import private_folder, write_atomic
from companion_app.gallery.errors import GalleryFull

_ENDING = ".jpg"


class WaitingThumbs:
    """Small JPEGs in `folder`, each named by the hash (hex) of the sealed item it shows."""

    def __init__(self, folder: Path) -> None:
        self._folder = private_folder(folder)

    def path(self, sealed_sha256: str) -> Path | None:
        """Where the thumbnail of a waiting item lies; None where it has not come yet."""
        path = self._path(sealed_sha256)
        return path if path.exists() else None

    def read(self, sealed_sha256: str) -> bytes | None:
        """The JPEG, or None."""
        path = self.path(sealed_sha256)
        return path.read_bytes() if path is not None else None

    def add(self, sealed_sha256: str, jpeg: bytes) -> None:
        """Keep one. Raises GalleryFull."""
        try:
            write_atomic(self._path(sealed_sha256), jpeg)
        except OSError as error:
            raise GalleryFull(error.errno) from error

    def drop(self, sealed_sha256: str) -> None:
        """Forget one: its item was imported or deleted."""
        self._path(sealed_sha256).unlink(missing_ok=True)

    def keep_only(self, sealed_sha256s: Iterable[str]) -> None:
        """Forget those of items that no longer wait."""
        kept = {self._path(sealed).name for sealed in sealed_sha256s}
        for path in self._folder.iterdir():
            if path.name not in kept:
                path.unlink()

    def _path(self, sealed_sha256: str) -> Path:
        return self._folder / (sealed_sha256 + _ENDING)
