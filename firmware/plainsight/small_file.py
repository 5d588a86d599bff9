"""One versioned JSON object in a file of a few kB, for state that the glasses can do without."""

import json

from plainsight import files, wire
from plainsight.storage import checked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_MAX_BYTES = 4096


def load(path: str, version: int, table: "tuple[Any, ...]", note: "Callable[[str], None]") -> "dict[str, Any] | None":
    """The fields, checked against `table` (rows as in wire.OPERATIONS); None where there is no file or no sense in it.

    `note(what)` is told why it makes none: `unreadable`, `version`, `fields`.
    """
    try:
        size = files.size(path)
        if size is None:
            return None
        if size > _MAX_BYTES:
            raise wire.BadBody("too_long")
        fields = wire.parse_json(_content(path))
    except (OSError, wire.BadBody):
        note("unreadable")
        return None
    if fields.pop("version", None) != version:
        note("version")
        return None
    if not fits(fields, table):
        note("fields")
        return None
    return fields


def fits(fields: "dict[str, Any]", table: "tuple[Any, ...]") -> bool:
    """True where `fields` are what `table` says."""
    try:
        wire.check_fields(fields, table)
    except wire.BadBody:
        return False
    return True


def save(path: str, version: int, fields: "dict[str, Any]") -> None:
    """Replace the file whole. Raises OSError."""
    written: dict[str, Any] = {"version": version}
    written.update(fields)
    checked.write(path, json.dumps(written).encode())


def _content(path: str) -> bytes:
    """What stands before the checksum. Provisioning writes its file without one; a wrong one makes no JSON."""
    try:
        return checked.read(path) or b""
    except checked.Damaged:
        return files.read(path) or b""
