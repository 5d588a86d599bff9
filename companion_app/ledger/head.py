"""The second place: how many records there are and the hash of the last, in a small file apart from the records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, cast

from companion_app.vault import SealedFiles
from companion_app.vault.errors import SealBroken

_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Head:
    """`count` records were written and the chain's hash after them is `hash` (hex)."""

    count: int
    hash: str


def read_head(files: SealedFiles, name: str) -> Head | None:
    """The head called `name`, or None where there is none that can be read."""
    try:
        value = files.read_json(name)
    except (FileNotFoundError, SealBroken):
        return None
    if not isinstance(value, dict):
        return None
    fields = cast("dict[str, Any]", value)
    count, digest = fields.get("count"), fields.get("hash")
    if type(count) is not int or count < 0 or not isinstance(digest, str) or not _HASH.fullmatch(digest):
        return None
    return Head(count, digest)


def write_head(files: SealedFiles, name: str, head: Head) -> None:
    """Replace the head, durable on return. Raises OSError."""
    files.write_json(name, {"count": head.count, "hash": head.hash})
