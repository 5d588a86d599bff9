"""The second place: how many records there are and the hash of the last, in a small file apart from the records."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from companion_app.files import write_json

_HASH = re.compile(r"[0-9a-f]{64}")
_MAX_HEAD_BYTES = 4096


@dataclass(frozen=True)
class Head:
    """`count` records were written and the chain's hash after them is `hash` (hex)."""

    count: int
    hash: str


def read_head(path: Path) -> Head | None:
    """The head at `path`, or None where there is none that can be read."""
    try:
        with path.open("rb") as file:
            value: object = json.loads(file.read(_MAX_HEAD_BYTES))
    except (FileNotFoundError, ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    fields = cast("dict[str, Any]", value)
    count, digest = fields.get("count"), fields.get("hash")
    if type(count) is not int or count < 0 or not isinstance(digest, str) or not _HASH.fullmatch(digest):
        return None
    return Head(count, digest)


def write_head(path: Path, head: Head) -> None:
    """Replace the head, durable on return. Raises OSError."""
    write_json(path, {"count": head.count, "hash": head.hash})
