"""What can be shared: a picture of the gallery, or any image file of the owner's."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from companion_app.gallery.errors import PictureDamaged, PictureGone
from companion_app.sharing.errors import NotAPhotograph, PictureChanged, PictureMissing, PictureTooBig

MAX_PICTURE_BYTES = 32 << 20
_SALT_BYTES = 16
_ID_CHARACTERS = 16


class SharedPicture(Protocol):
    """What sharing needs of a gallery picture; `sha256` is the hex hash of what `read` gives, and `commitment` is what
    stands for the picture in records: it means nothing once the picture and its salt are deleted. `read` raises
    PictureGone, PictureDamaged, OSError, PictureTooBig."""

    @property
    def id(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def commitment(self) -> str: ...
    def read(self) -> bytes: ...


@dataclass(frozen=True)
class OwnFile:
    """An image file that is not the gallery's. Its salt lies with the owner's receipts, and its name as well: the
    ledger, which cannot forget, has neither."""

    path: Path
    sha256: str
    salt: str

    @property
    def commitment(self) -> str:
        """Hex HMAC-SHA-256 under the salt of the file's hash, as of a gallery picture."""
        return hmac.new(bytes.fromhex(self.salt), bytes.fromhex(self.sha256), "sha256").hexdigest()

    @property
    def id(self) -> str:
        """A name that says nothing about the file."""
        return f"file-{self.commitment[:_ID_CHARACTERS]}"

    def read(self) -> bytes:
        """The file. Raises OSError, PictureTooBig."""
        return _read(self.path)


def own_file(path: Path, originals: Mapping[str, Mapping[str, Any]]) -> OwnFile:
    """The file at `path`; one that was shared before has the commitment it had then, so that records can say so.
    `originals`: what the owner's receipts know of pictures. Raises PictureMissing, PictureTooBig."""
    try:
        sha256 = hashlib.sha256(_read(path)).hexdigest()
    except OSError as error:
        raise PictureMissing(picture=path.name, reason=error.strerror or "unreadable") from error
    known = (row["salt"] for row in originals.values() if row.get("sha256") == sha256 and _is_salt(row.get("salt")))
    return OwnFile(path, sha256, next(known, None) or secrets.token_hex(_SALT_BYTES))


def read_picture(picture: SharedPicture) -> bytes:
    """The picture's bytes. Raises PictureMissing, PictureTooBig, PictureChanged, NotAPhotograph."""
    try:
        content = picture.read()
    except PictureGone as error:
        raise PictureMissing(picture=picture.id, reason="gone") from error
    except OSError as error:
        raise PictureMissing(picture=picture.id, reason=error.strerror or "unreadable") from error
    except PictureDamaged as error:
        raise PictureChanged(picture=picture.id, expected=picture.sha256, found="") from error
    if len(content) > MAX_PICTURE_BYTES:
        raise PictureTooBig(picture=picture.id, limit=MAX_PICTURE_BYTES)
    found = hashlib.sha256(content).hexdigest()
    if found != picture.sha256:
        raise PictureChanged(picture=picture.id, expected=picture.sha256, found=found)
    if not _is_photograph(content):
        raise NotAPhotograph(picture=picture.id)
    return content


def original_of(picture: SharedPicture) -> dict[str, str]:
    """What ties records to this picture until it is deleted: for the owner's copy alone."""
    if isinstance(picture, OwnFile):
        return {"sha256": picture.sha256, "salt": picture.salt, "name": picture.path.name}
    return {"sha256": picture.sha256}


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(MAX_PICTURE_BYTES + 1)
    if len(content) > MAX_PICTURE_BYTES:
        raise PictureTooBig(picture=path.name, limit=MAX_PICTURE_BYTES)
    return content


def _is_photograph(content: bytes) -> bool:
    """JPEG, PNG or WebP by their first bytes; a clip begins as WebP does, and goes on otherwise."""
    return content.startswith((b"\xff\xd8", b"\x89PNG\r\n\x1a\n")) or (content[:4] + content[8:12]) == b"RIFFWEBP"


def _is_salt(value: object) -> bool:
    try:
        return isinstance(value, str) and len(bytes.fromhex(value)) == _SALT_BYTES
    except ValueError:
        return False
