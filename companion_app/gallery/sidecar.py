"""The JSON file beside each picture: what is known of it, and the salt without which no record can be tied to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

from plainsight import wire

from companion_app.gallery.picture import Picture

_VERSION = 1
_MAX_SIDECAR_BYTES = 64 * 1024
_FIELDS = (
    ("version", "int", _VERSION, _VERSION),
    ("sha256", "hex", 32),
    ("time_s", "int", 0, 0x7FFFFFFFFFFF),
    ("trigger", "str", 1, 16),
    ("light", "obj"),
    ("bytes", "int", 1, wire.MAX_ITEM_BYTES),
    ("salt", "hex", 16),
    ("item", "int", 1, 0x7FFFFFFF),
    ("glasses", "hex", 8),
    ("sealed_sha256", "hex", 32),
)


def write_sidecar(picture: Picture) -> dict[str, Any]:
    """The fields to store for `picture`."""
    stored = {row[0]: getattr(picture, row[0]) for row in _FIELDS if row[0] != "version"}
    return {"version": _VERSION, **stored}


def read_sidecar(path: Path) -> Picture | None:
    """The picture whose sidecar is at `path`, or None where it is damaged or its JPEG is not there whole."""
    jpeg = path.with_suffix(".jpg")
    try:
        with path.open("rb") as file:
            value: object = json.loads(file.read(_MAX_SIDECAR_BYTES))
        size = jpeg.stat().st_size
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    fields = cast("dict[str, Any]", value)
    try:
        wire.check_fields(fields, _FIELDS)
    except wire.BadBody:
        return None
    del fields["version"]
    return Picture(id=path.stem, path=jpeg, **fields) if fields["bytes"] == size else None
