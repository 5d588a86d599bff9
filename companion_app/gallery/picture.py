"""One photograph or clip in the gallery."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Any, Protocol

from companion_app.gallery.errors import PictureDamaged, PictureGone
from companion_app.vault.errors import SealBroken

ENDINGS = {"photo": ".jpg", "clip": ".avi"}  # of opened copies
_THUMB = ".thumb"
_PROVEN = "proven"


class Files(Protocol):
    """Where the media lie, sealed."""

    def read(self, name: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Picture:
    """What the glasses took: a JPEG (`kind` "photo") or an AVI file ("clip") among `files`, and what is known of it.

    `sha256` is of the file, `media_sha256` of a clip's frames and sound as the glasses sealed them. `whole` False: the
    power of the glasses went in mid-clip. `commitment` stands for the picture in every record: HMAC-SHA-256(salt, hash
    of the media); the bare hashes must not enter the ledger. Deleting the picture drops the salt, and then nobody can
    tell which picture a record meant.
    """

    id: str
    files: Files = field(repr=False, compare=False)
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
    thumb_sha256: str | None = None  # a thumbnail came with it
    came_s: int = 0  # when it was imported; 0 where nobody noted it

    @property
    def commitment(self) -> str:
        """Hex HMAC-SHA-256 under the salt of the media's hash; the same value stands in the glasses' journal."""
        return commitment(self.salt, self.media_sha256 or self.sha256)

    @property
    def proven(self) -> bool:
        """True where the light of the glasses was proven while it was taken."""
        return self.light.get("verdict") == _PROVEN

    @property
    def thumb_name(self) -> str:
        """The name of its small JPEG among the files."""
        return thumb_name(self.id)

    def read(self) -> bytes:
        """The file, opened; in any thread. Raises PictureGone, PictureDamaged, VaultLocked."""
        return self._read(self.id, self.sha256)

    def preview(self) -> bytes:
        """A JPEG to show: the photograph, or a clip's thumbnail. Raises as `read` does."""
        return self.read() if self.kind == "photo" else self._read(self.thumb_name, self.thumb_sha256)

    def _read(self, name: str, sha256: str | None) -> bytes:
        try:
            content = self.files.read(name)
        except FileNotFoundError as error:
            raise PictureGone(self.id) from error
        except (SealBroken, OSError) as error:
            raise PictureDamaged(self.id) from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise PictureDamaged(self.id)
        return content


def thumb_name(picture: str) -> str:
    """The name among the files of the small JPEG of the picture with this id."""
    return picture + _THUMB


def commitment(salt: str, sha256: str) -> str:
    """Hex HMAC-SHA-256 of the media's hash under its salt (both hex)."""
    return hmac.new(bytes.fromhex(salt), bytes.fromhex(sha256), "sha256").hexdigest()
