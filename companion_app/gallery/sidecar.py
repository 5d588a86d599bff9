"""The JSON file beside each picture: what is known of it, and the salt without which no record can be tied to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

from plainsight import wire

from companion_app.gallery.picture import Picture

_VERSION = 2
_MAX_SIDECAR_BYTES = 64 * 1024
_MAX_FILE_BYTES = 2 * wire.MAX_ITEM_BYTES  # a clip's file holds repeats and an index besides its frames
SUFFIXES = {"photo": ".jpg", "clip": ".avi"}

_PHOTO_FIELDS = (  # all that version 1 knew
    ("sha256", "hex", 32),
    ("time_s", "int", 0, 0x7FFFFFFFFFFF),
    ("trigger", "str", 1, 16),
    ("light", "obj"),
    ("bytes", "int", 1, _MAX_FILE_BYTES),
    ("salt", "hex", 16),
    ("item", "int", 1, 0x7FFFFFFF),
    ("glasses", "hex", 8),
    ("sealed_sha256", "hex", 32),
)
_FIELDS = {
    1: _PHOTO_FIELDS,
    _VERSION: (
        *_PHOTO_FIELDS,
        ("kind", "choice", *SUFFIXES),
        ("frames", "int", 1, 0xFFFFFF),
        ("duration_ms", "int", 0, 0x7FFFFFFF),
        ("whole", "bool"),
        ("reason", "str", 1, 40),
        ("media_sha256?", "hex", 32),
        ("thumb_sha256?", "hex", 32),
    ),
}


def write_sidecar(picture: Picture) -> dict[str, Any]:
    """The fields to store for `picture`."""
    stored = {row[0].rstrip("?"): getattr(picture, row[0].rstrip("?")) for row in _FIELDS[_VERSION]}
    return {"version": _VERSION, **{name: value for name, value in stored.items() if value is not None}}


def read_sidecar(path: Path) -> Picture | None:
    """The picture whose sidecar, of this or an earlier version, is at `path`.

    None where it is damaged or the picture's file is not there whole.
    """
    try:
        with path.open("rb") as file:
            value: object = json.loads(file.read(_MAX_SIDECAR_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    fields = _checked(value)
    if fields is None:
        return None
    media = path.with_suffix(SUFFIXES[fields.get("kind", "photo")])
    try:
        size = media.stat().st_size
    except OSError:
        return None
    return Picture(id=path.stem, path=media, **fields) if fields["bytes"] == size else None


def _checked(value: object) -> dict[str, Any] | None:
    if not isinstance(value, dict):
        return None
    fields = cast("dict[str, Any]", value)
    version = fields.pop("version", None)
    if not isinstance(version, int) or isinstance(version, bool) or version not in _FIELDS:
        return None
    try:
        wire.check_fields(fields, _FIELDS[version])
    except wire.BadBody:
        return None
    return fields
