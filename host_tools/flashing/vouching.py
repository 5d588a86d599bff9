"""Who says that these bytes are the published ones: the pinned list, or the person who compared the hash."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from host_tools.flashing.errors import NobodyVouches, WrongHash


def vouched(content: bytes, name: str, known: frozenset[str], given: str | None, where: str) -> str:
    """The SHA-256 of `content`, where the person (`given`) or else the list (`known`) vouches for it.

    What the person gave counts alone, also against the list. Raises WrongHash, NobodyVouches.
    """
    computed = hashlib.sha256(content).hexdigest()
    if given is not None:
        if computed != given:
            raise WrongHash(name, given, computed)
    elif known:
        if computed not in known:
            raise WrongHash(name, " or ".join(sorted(known)), computed)
    else:
        raise NobodyVouches(name, computed, where)
    return computed


class Shelf:
    """Downloaded archives that somebody vouched for, each named after its hash, in a folder of this computer."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def part(self, name: str) -> Path:
        """Where the archive `name` lies while it arrives and until somebody vouches for it. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / f"{name}.part"

    def put(self, part: Path, name: str, sha256: str) -> Path:
        """Give what arrived its name. Raises OSError."""
        kept = self._folder / f"{name}-{sha256}.zip"
        os.replace(part, kept)
        return kept

    def find(self, name: str) -> Path | None:
        """A kept archive whose bytes are still those of its name; one that rotted is removed. Raises OSError."""
        for kept in sorted(self._folder.glob(f"{name}-*.zip")):
            if hashlib.sha256(kept.read_bytes()).hexdigest() == kept.stem.removeprefix(f"{name}-"):
                return kept
            kept.unlink()
        return None
