"""What an application is made of: path, size and SHA-256 of every file, and the one hash that names all of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from loader import record

from host_tools.release.build import build, outside_of_slots

MAIN = "main.py"
LOADER = "loader/"
ROOT_FILES = ("boot.py", MAIN)  # and what lies in LOADER
_FORMAT = 1


@dataclass(frozen=True)
class Entry:
    """One file; `sha256` in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Application:
    """What a board gets. `slot` and `root`: path to content, of what lies in a slot and at the root of the flash."""

    board: str
    version: str
    slot: Mapping[str, bytes]
    root: Mapping[str, bytes]

    @property
    def sha256(self) -> str:
        """The firmware hash: of the canonical manifest of every file."""
        return firmware_sha256({**entries(self.slot), **entries(self.root)})

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(len(content) for content in (*self.slot.values(), *self.root.values()))


def application(
    firmware: Path, board: str, *, compiled: bool, architecture: str | None, keyword: Path | None = None
) -> Application:
    """Build what `board` gets from the sources in `firmware`. Raises BuildFailed, KeywordRefused, MissingTool."""
    made = build(firmware, board, compiled=compiled, architecture=architecture, keyword=keyword)
    return Application(made.board, made.version, dict(made.files), dict(outside_of_slots(firmware, board)))


def entries(contents: Mapping[str, bytes]) -> dict[str, Entry]:
    """The manifest's rows of some files."""
    return {path: Entry(len(content), hashlib.sha256(content).hexdigest()) for path, content in contents.items()}


def firmware_sha256(files: Mapping[str, Entry]) -> str:
    """SHA-256 of the canonical manifest: format and [path, size, sha256] by path, no spaces, ASCII."""
    rows = [[path, files[path].size, files[path].sha256] for path in sorted(files)]
    text = json.dumps({"files": rows, "format": _FORMAT}, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def slot_folder(slot: str) -> str:
    """Where a slot's files lie on a board."""
    return record.folder("", slot)
