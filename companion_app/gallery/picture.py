"""One picture in the gallery."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from companion_app.gallery.errors import PictureDamaged, PictureGone


@dataclass(frozen=True)
class Picture:
    """A picture that the glasses took: JPEG file at `path`, `bytes` long, and what is known of it.

    `commitment` stands for the picture in every record: HMAC-SHA-256(salt, JPEG's SHA-256); the bare `sha256` must not
    enter the ledger. Deleting the picture drops the salt, and then nobody can tell which picture a record meant.
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

    @property
    def commitment(self) -> str:
        """Hex HMAC-SHA-256 under the salt of the JPEG's hash; the same value stands in the glasses' journal."""
        return commitment(self.salt, self.sha256)

    def read(self) -> bytes:
        """The JPEG. Raises PictureGone, PictureDamaged when it is not what was imported."""
        try:
            jpeg = self.path.read_bytes()
        except FileNotFoundError as error:
            raise PictureGone(self.id) from error
        if hashlib.sha256(jpeg).hexdigest() != self.sha256:
            raise PictureDamaged(self.id)
        return jpeg


def commitment(salt: str, sha256: str) -> str:
    """Hex HMAC-SHA-256 of a picture's hash under its salt (both hex)."""
    return hmac.new(bytes.fromhex(salt), bytes.fromhex(sha256), "sha256").hexdigest()
