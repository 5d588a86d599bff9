"""Thumbnails of items that still wait on the glasses."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from companion_app.gallery.errors import GalleryFull
from companion_app.vault import SealedFiles
from companion_app.vault.errors import SealBroken

_ROOM = "waiting/"


class WaitingThumbs:
    """Small JPEGs among `files`, each named by the hash (hex) of the sealed item it shows."""

    def __init__(self, files: SealedFiles) -> None:
        self._files = files

    def has(self, sealed_sha256: str) -> bool:
        """True when the thumbnail of a waiting item has come."""
        return self._files.exists(_ROOM + sealed_sha256)

    def read(self, sealed_sha256: str) -> bytes | None:
        """The JPEG; None where it has not come, or is damaged."""
        with suppress(FileNotFoundError, SealBroken):
            return self._files.read(_ROOM + sealed_sha256)
        return None

    def add(self, sealed_sha256: str, jpeg: bytes) -> None:
        """Keep one. Raises GalleryFull."""
        try:
            self._files.write(_ROOM + sealed_sha256, jpeg)
        except OSError as error:
            raise GalleryFull(error.errno) from error

    def drop(self, sealed_sha256: str) -> None:
        """Forget one: its item was imported or deleted."""
        self._files.remove(_ROOM + sealed_sha256)

    def keep_only(self, sealed_sha256s: Iterable[str]) -> None:
        """Forget those of items that no longer wait."""
        for name in set(self._files.names(_ROOM)) - {_ROOM + sealed for sealed in sealed_sha256s}:
            self._files.remove(name)
