"""What is known of a picture as one sealed row of the app's database, with the salt that ties records to it."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, cast

from companion_app.gallery.picture import Files, Picture

PICTURES = "pictures"
UNDER_WAY = "pictures_under_way"  # whose files are being written or removed
_NOT_KEPT = ("id", "files")
_NAMES = tuple(sorted(field.name for field in fields(Picture) if field.name not in _NOT_KEPT))


def row_of(picture: Picture) -> bytes:
    """JSON of everything but where it lies."""
    return json.dumps({name: getattr(picture, name) for name in _NAMES}, separators=(",", ":")).encode()


def picture_of(identity: str, row: bytes, files: Files) -> Picture:
    """The picture of a row: what opens was written by this version of the schema, and its types are ours."""
    return Picture(id=identity, files=files, **cast("dict[str, Any]", json.loads(row)))
