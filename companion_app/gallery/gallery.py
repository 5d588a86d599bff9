"""The pictures on this phone: media in sealed files, what is known of each in a sealed row, all rows in memory.

A row beside them says whose files are just being written or removed: a crash leaves whole pictures or none, and opening
need not look at a single file.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from companion_app.gallery.avi import avi_pieces
from companion_app.gallery.errors import CannotOpen, GalleryFull, PictureDamaged, PictureGone
from companion_app.gallery.picture import Picture, thumb_name
from companion_app.gallery.rows import PICTURES, UNDER_WAY, picture_of, row_of
from companion_app.gallery.thumbs import make_thumb
from companion_app.gallery.unsealing import Unsealed
from companion_app.observers import Observers
from companion_app.store.database import Database
from companion_app.store.errors import DatabaseUnwritable
from companion_app.vault import SealedFiles
from companion_app.vault.errors import SealBroken

_ID_CHARACTERS = 16


@dataclass(frozen=True)
class GalleryChange:
    """A picture came (`added`) or went."""

    picture: Picture
    added: bool


class Gallery:
    """The pictures of `database`, their media among `files`; `with_it`: tables whose row of a picture goes with it.

    `damaged`: the rows that do not open, by their key on the disk; they stay, and the others are shown.
    """

    def __init__(
        self,
        database: Database,
        files: SealedFiles,
        *,
        with_it: Iterable[str] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Finishes what a crash left under way. Raises StoreError, VaultLocked, OSError."""
        self._database = database
        self._files = files
        self._with_it = tuple(with_it)
        self._clock = clock
        self._observers: Observers[GalleryChange] = Observers()
        self.damaged: list[bytes] = []
        rows = database.rows(PICTURES, self.damaged.append)
        self._pictures = {identity: picture_of(identity, row, files) for identity, row in rows}
        self._newest_first: tuple[Picture, ...] | None = None
        self._finish()

    def pictures(self) -> list[Picture]:
        """Photographs and clips, newest first."""
        if self._newest_first is None:
            ordered = sorted(self._pictures.values(), key=lambda picture: (picture.time_s, picture.item), reverse=True)
            self._newest_first = tuple(ordered)
        return list(self._newest_first)

    def get(self, picture: str) -> Picture:
        """One picture by its id. Raises PictureGone."""
        if picture not in self._pictures:
            raise PictureGone(picture)
        return self._pictures[picture]

    def has(self, picture: str) -> bool:
        """True while there is a picture with this id."""
        return picture in self._pictures

    def get_by_seal(self, sealed_sha256: str) -> Picture:
        """The picture that was imported from the item with this hash (hex). Raises PictureGone."""
        return self.get(sealed_sha256[:_ID_CHARACTERS])

    def holds(self, sealed_sha256: str) -> bool:
        """True when the item with this hash (hex) was imported."""
        return self.has(sealed_sha256[:_ID_CHARACTERS])

    def read(self, picture: Picture) -> bytes:
        """The opened file; in any thread. Raises PictureGone, PictureDamaged, VaultLocked."""
        return picture.read()

    def thumb(self, picture: Picture) -> bytes:
        """A small JPEG, made once where the glasses sent none; in any thread.

        Raises PictureGone, PictureDamaged, VaultLocked.
        """
        with suppress(FileNotFoundError, SealBroken):
            return self._files.read(picture.thumb_name)
        try:
            small = make_thumb(picture.preview())
        except CannotOpen as error:
            raise PictureDamaged(picture.id) from error
        with suppress(OSError):  # a full disk: made again the next time
            self._files.write(picture.thumb_name, small)
            if not self.has(picture.id):  # deleted meanwhile
                self._files.remove(picture.thumb_name)
        return small

    def add(self, unsealed: Unsealed, *, glasses: str, sealed_sha256: str, thumb: bytes | None = None) -> Picture:
        """Store one photograph or clip, durable on return; adding it again changes nothing. Raises GalleryFull.

        `thumb`: the thumbnail (JPEG); where a clip has none, its first frame is.
        """
        identity = sealed_sha256[:_ID_CHARACTERS]
        if identity in self._pictures:
            return self._pictures[identity]
        if thumb is None and unsealed.kind == "clip":
            thumb = unsealed.jpeg
        try:
            picture = self._store(identity, unsealed, thumb, glasses=glasses, sealed_sha256=sealed_sha256)
        except (OSError, DatabaseUnwritable) as error:
            with suppress(OSError, DatabaseUnwritable):
                self._clear(identity)
            raise GalleryFull(error.errno if isinstance(error, OSError) else None) from error
        self._pictures[identity] = picture
        self._newest_first = None
        self._observers.notify(GalleryChange(picture, added=True))
        return picture

    def delete(self, picture: Picture) -> None:
        """Remove row (with the salt) and all that goes with it, then the files, durable on return.

        Raises PictureGone, DatabaseUnwritable: then it is still there.
        """
        if picture.id not in self._pictures:
            raise PictureGone(picture.id)
        with self._database.transaction() as tables:
            tables.put(UNDER_WAY, picture.id, b"")
            for table in (PICTURES, *self._with_it):
                tables.remove(table, picture.id)
        del self._pictures[picture.id]
        self._newest_first = None
        with suppress(OSError, DatabaseUnwritable):  # finished at the next opening
            self._clear(picture.id)
        self._observers.notify(GalleryChange(picture, added=False))

    def observe(self, callback: Callable[[GalleryChange], None]) -> Callable[[], None]:
        """Call back after each change; returns the function that ends it."""
        return self._observers.add(callback)

    def _store(
        self, identity: str, unsealed: Unsealed, thumb: bytes | None, *, glasses: str, sealed_sha256: str
    ) -> Picture:
        """A note that its files come, media, thumbnail, then the row in the note's place. Raises OSError."""
        with self._database.transaction() as tables:
            tables.put(UNDER_WAY, identity, b"")
        tally = _Tally()
        self._files.write_pieces(identity, tally.over(_media(unsealed)))
        picture = Picture(
            id=identity,
            files=self._files,
            sha256=tally.sha256,
            time_s=unsealed.time_s,
            trigger=unsealed.trigger,
            light=unsealed.light,
            bytes=tally.bytes,
            salt=unsealed.salt,
            item=unsealed.item,
            glasses=glasses,
            sealed_sha256=sealed_sha256,
            kind=unsealed.kind,
            frames=len(unsealed.frames),
            duration_ms=unsealed.duration_ms,
            whole=unsealed.whole,
            reason=unsealed.reason,
            media_sha256=unsealed.media_sha256 if unsealed.kind == "clip" else None,
            thumb_sha256=hashlib.sha256(thumb).hexdigest() if thumb is not None else None,
            came_s=int(self._clock()),
        )
        if thumb is not None:
            self._files.write(picture.thumb_name, thumb)
        with self._database.transaction() as tables:
            tables.put(PICTURES, identity, row_of(picture))
            tables.remove(UNDER_WAY, identity)
        return picture

    def _finish(self) -> None:
        """Remove the files of what was being written or removed at a crash."""
        for identity, _ in self._database.rows(UNDER_WAY):
            self._clear(identity)

    def _clear(self, identity: str) -> None:
        """Files, then the note. Raises OSError, DatabaseUnwritable."""
        for name in (identity, thumb_name(identity)):
            self._files.remove(name)
        with self._database.transaction() as tables:
            tables.remove(UNDER_WAY, identity)


class _Tally:
    """Counts and hashes the bytes that pass."""

    def __init__(self) -> None:
        self.bytes = 0
        self._hash = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Hex, of all that passed."""
        return self._hash.hexdigest()

    def over(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The same pieces."""
        for piece in pieces:
            self.bytes += len(piece)
            self._hash.update(piece)
            yield piece


def _media(unsealed: Unsealed) -> Iterable[bytes]:
    """The bytes of the picture's file."""
    return avi_pieces(unsealed) if unsealed.kind == "clip" else (unsealed.jpeg,)
