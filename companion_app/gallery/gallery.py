"""Pictures as files, each with a sidecar that is written last and removed first: it is what makes a picture exist."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from companion_app.files import private_folder, remove, write_atomic, write_atomic_pieces, write_json
from companion_app.gallery.avi import avi_pieces
from companion_app.gallery.errors import GalleryFull, PictureGone
from companion_app.gallery.picture import Picture, thumb_path
from companion_app.gallery.sidecar import SUFFIXES, read_sidecar, write_sidecar
from companion_app.gallery.unsealing import Unsealed
from companion_app.observers import Observers

_ID_CHARACTERS = 16


@dataclass(frozen=True)
class GalleryChange:
    """A picture came (`added`) or went."""

    picture: Picture
    added: bool


class Gallery:
    """The pictures in `folder`. What a crash left without a sidecar is cleared away at opening."""

    def __init__(self, folder: Path) -> None:
        self._folder = private_folder(folder)
        self._observers: Observers[GalleryChange] = Observers()
        self._pictures: dict[str, Picture] = {}
        self.damaged: list[str] = []
        self._load()

    def pictures(self) -> list[Picture]:
        """Photographs and clips, newest first."""
        return sorted(self._pictures.values(), key=lambda picture: (picture.time_s, picture.item), reverse=True)

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
        return sealed_sha256[:_ID_CHARACTERS] in self._pictures

    def add(self, unsealed: Unsealed, *, glasses: str, sealed_sha256: str, thumb: bytes | None = None) -> Picture:
        """Store one photograph or clip, durable on return; adding it again changes nothing. Raises GalleryFull.

        `thumb`: the thumbnail (JPEG); where a clip has none, its first frame is.
        """
        identity = sealed_sha256[:_ID_CHARACTERS]
        if identity in self._pictures:
            return self._pictures[identity]
        path = self._folder / (identity + SUFFIXES[unsealed.kind])
        if thumb is None and unsealed.kind == "clip":
            thumb = unsealed.jpeg
        try:
            picture = self._store(path, unsealed, thumb, glasses=glasses, sealed_sha256=sealed_sha256)
        except OSError as error:
            for file in (path, thumb_path(path)):
                file.unlink(missing_ok=True)
            raise GalleryFull(error.errno) from error
        self._pictures[identity] = picture
        self._observers.notify(GalleryChange(picture, added=True))
        return picture

    def delete(self, picture: Picture) -> None:
        """Remove sidecar (with the salt), picture and thumbnail, durable on return. Raises PictureGone."""
        if picture.id not in self._pictures:
            raise PictureGone(picture.id)
        remove(picture.path.with_suffix(".json"))
        remove(picture.path)
        if picture.thumb is not None:
            remove(picture.thumb)
        del self._pictures[picture.id]
        self._observers.notify(GalleryChange(picture, added=False))

    def observe(self, callback: Callable[[GalleryChange], None]) -> Callable[[], None]:
        """Call back after each change; returns the function that ends it."""
        return self._observers.add(callback)

    def _store(
        self, path: Path, unsealed: Unsealed, thumb: bytes | None, *, glasses: str, sealed_sha256: str
    ) -> Picture:
        """Media, thumbnail, then the sidecar. Raises OSError."""
        tally = _Tally()
        write_atomic_pieces(path, tally.over(_media(unsealed)))
        if thumb is not None:
            write_atomic(thumb_path(path), thumb)
        picture = Picture(
            id=path.stem,
            path=path,
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
        )
        write_json(path.with_suffix(".json"), write_sidecar(picture))
        return picture

    def _load(self) -> None:
        for leftover in self._folder.glob("*.new"):
            leftover.unlink()
        for sidecar in sorted(self._folder.glob("*.json")):
            picture = read_sidecar(sidecar)
            if picture is None:
                self.damaged.append(sidecar.stem)
            else:
                self._pictures[picture.id] = picture
        for suffix in SUFFIXES.values():
            for media in self._folder.glob(f"*{suffix}"):
                if not (self._folder / f"{media.name.partition('.')[0]}.json").exists():
                    media.unlink()


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
