"""Pictures as files, each with a sidecar that is written last and removed first: it is what makes a picture exist."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from companion_app.files import private_folder, remove, write_atomic, write_json
from companion_app.gallery.errors import GalleryFull, PictureGone
from companion_app.gallery.picture import Picture
from companion_app.gallery.sidecar import read_sidecar, write_sidecar
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
        """Newest first."""
        return sorted(self._pictures.values(), key=lambda picture: (picture.time_s, picture.item), reverse=True)

    def get(self, picture: str) -> Picture:
        """One picture by its id. Raises PictureGone."""
        if picture not in self._pictures:
            raise PictureGone(picture)
        return self._pictures[picture]

    def get_by_seal(self, sealed_sha256: str) -> Picture:
        """The picture that was imported from the item with this hash (hex). Raises PictureGone."""
        return self.get(sealed_sha256[:_ID_CHARACTERS])

    def holds(self, sealed_sha256: str) -> bool:
        """True when the item with this hash (hex) was imported."""
        return sealed_sha256[:_ID_CHARACTERS] in self._pictures

    def add(self, unsealed: Unsealed, *, glasses: str, sealed_sha256: str) -> Picture:
        """Store one picture, durable on return; adding it again changes nothing. Raises GalleryFull."""
        identity = sealed_sha256[:_ID_CHARACTERS]
        if identity in self._pictures:
            return self._pictures[identity]
        picture = Picture(
            id=identity,
            path=self._folder / f"{identity}.jpg",
            sha256=unsealed.jpeg_sha256,
            time_s=unsealed.time_s,
            trigger=unsealed.trigger,
            light=unsealed.light,
            bytes=len(unsealed.jpeg),
            salt=unsealed.salt,
            item=unsealed.item,
            glasses=glasses,
            sealed_sha256=sealed_sha256,
        )
        try:
            write_atomic(picture.path, unsealed.jpeg)
            write_json(picture.path.with_suffix(".json"), write_sidecar(picture))
        except OSError as error:
            picture.path.unlink(missing_ok=True)
            raise GalleryFull(error.errno) from error
        self._pictures[identity] = picture
        self._observers.notify(GalleryChange(picture, added=True))
        return picture

    def delete(self, picture: Picture) -> None:
        """Remove sidecar (with the salt) and JPEG, durable on return. Raises PictureGone."""
        if picture.id not in self._pictures:
            raise PictureGone(picture.id)
        remove(picture.path.with_suffix(".json"))
        remove(picture.path)
        del self._pictures[picture.id]
        self._observers.notify(GalleryChange(picture, added=False))

    def observe(self, callback: Callable[[GalleryChange], None]) -> Callable[[], None]:
        """Call back after each change; returns the function that ends it."""
        return self._observers.add(callback)

    def _load(self) -> None:
        for leftover in self._folder.glob("*.new"):
            leftover.unlink()
        for sidecar in sorted(self._folder.glob("*.json")):
            picture = read_sidecar(sidecar)
            if picture is None:
                self.damaged.append(sidecar.stem)
            else:
                self._pictures[picture.id] = picture
        for jpeg in self._folder.glob("*.jpg"):
            if not jpeg.with_suffix(".json").exists():
                jpeg.unlink()
