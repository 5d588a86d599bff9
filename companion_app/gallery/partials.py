"""Bytes of items that have not arrived whole, on disk: a transfer goes on after a restart of the app too.

They lie as they came: the glasses sealed them to the owner's key. Only their names are hidden.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from companion_app.files import write_all
from companion_app.gallery.errors import GalleryFull
from companion_app.link.answers import Item
from companion_app.link.transfers import Partial
from companion_app.vault import SealedFiles

_ROOM = "partial/"
_PRIVATE_FILE = 0o600
_MAX_PARTIALS = 8
_MAX_BYTES = 128 * 1024 * 1024


@dataclass
class StoredPartial(Partial):
    """A partial transfer that `path` keeps. Not flushed: what a crash tears, the hash at the end finds."""

    path: Path = field(default_factory=Path)

    def add(self, piece: bytes | memoryview) -> None:
        """Take and keep the next piece. Raises GalleryFull; then neither is done."""
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _PRIVATE_FILE)
            try:
                write_all(handle, bytes(piece))
            except OSError:
                os.ftruncate(handle, self.offset)
                raise
            finally:
                os.close(handle)
        except OSError as error:
            raise GalleryFull(error.errno) from error
        super().add(piece)

    def clear(self) -> None:
        """Forget what came, here and on disk."""
        super().clear()
        self.path.unlink(missing_ok=True)


class Partials:
    """At most `_MAX_PARTIALS` of `files` and `_MAX_BYTES`; beyond that the one untouched longest goes."""

    def __init__(self, files: SealedFiles) -> None:
        self._files = files

    def of(self, item: Item) -> StoredPartial:
        """What has arrived of `item`, maybe nothing."""
        partial = StoredPartial(
            item.id, "item", item.sealed_bytes, item.sealed_sha256, path=self._path(item.sealed_sha256)
        )
        self._make_room(partial)
        try:
            came = partial.path.read_bytes()
        except OSError:
            came = b""
        if len(came) > partial.size:
            partial.clear()
        else:
            partial.data += came
        return partial

    def came(self, sealed_sha256: str) -> int:
        """How many bytes of an item are here."""
        try:
            return self._path(sealed_sha256).stat().st_size
        except FileNotFoundError:
            return 0

    def drop(self, sealed_sha256: str) -> None:
        """Forget what has arrived of one item."""
        self._path(sealed_sha256).unlink(missing_ok=True)

    def _make_room(self, wanted: StoredPartial) -> None:
        others = [path for path in map(self._files.path, self._files.names(_ROOM)) if path != wanted.path]
        sizes = {path: path.stat() for path in others}
        others.sort(key=lambda path: sizes[path].st_mtime_ns)
        held = sum(status.st_size for status in sizes.values())
        while others and (len(others) >= _MAX_PARTIALS or held + wanted.size > _MAX_BYTES):
            oldest = others.pop(0)
            held -= sizes[oldest].st_size
            oldest.unlink(missing_ok=True)

    def _path(self, sealed_sha256: str) -> Path:
        return self._files.path(_ROOM + sealed_sha256)
