"""One photograph or clip in the gallery."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from companion_app.gallery.errors import PictureDamaged, PictureGone

ENDINGS = {"photo": ".jpg", "clip": ".avi"}  # of opened copies
_PROVEN = "proven"


@dataclass(frozen=True)
class Picture:
    """What the glasses took: a JPEG (`kind` "photo") or an AVI file ("clip") at `path`, and what is known of it.

    `sha256` is of the file, `media_sha256` of a clip's frames and sound as the glasses sealed them. `whole` False: the
    power of the glasses went in mid-clip. `commitment` stands for the picture in every record: HMAC-SHA-256(salt, hash
    of the media); the bare hashes must not enter the ledger. Deleting the picture drops the salt, and then nobody can
    tell which picture a record meant.
    """

    id: str
    path: Path
    sha256: str
    time_s: int
    trigger: str
    light: dict[str, Any]
    bytes: int
    salt: str
    item: int
    glasses: str
    sealed_sha256: str
    kind: str = "photo"
    frames: int = 1
    duration_ms: int = 0
    whole: bool = True
    reason: str = "done"  # or why a clip ended early
    media_sha256: str | None = None  # a photograph's media is its file
    thumb_sha256: str | None = None  # there is a thumbnail

    @property
    def commitment(self) -> str:
        """Hex HMAC-SHA-256 under the salt of the media's hash; the same value stands in the glasses' journal."""
        return commitment(self.salt, self.media_sha256 or self.sha256)

    @property
    def proven(self) -> bool:
        """True where the light of the glasses was proven while it was taken."""
        return self.light.get("verdict") == _PROVEN

    @property
    def thumb(self) -> Path | None:
        """The small JPEG beside the picture, where there is one; every clip has one."""
        return thumb_path(self.path) if self.thumb_sha256 else None

    def read(self) -> bytes:
        """The file. Raises PictureGone, PictureDamaged when it is not what was imported."""
        return self._read(self.path, self.sha256)

    def preview(self) -> bytes:
        """A JPEG to show: the photograph, or a clip's thumbnail. Raises PictureGone, PictureDamaged."""
        if self.kind == "photo" or self.thumb is None:
            return self.read()
        return self._read(self.thumb, self.thumb_sha256)

    def _read(self, path: Path, sha256: str | None) -> bytes:
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise PictureGone(self.id) from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise PictureDamaged(self.id)
        return content


def thumb_path(path: Path) -> Path:
    """Where the thumbnail of the picture at `path` lies."""
    return path.with_suffix(".thumb.jpg")


def commitment(salt: str, sha256: str) -> str:
    """Hex HMAC-SHA-256 of the media's hash under its salt (both hex)."""
    return hmac.new(bytes.fromhex(salt), bytes.fromhex(sha256), "sha256").hexdigest()
