"""Who says that these bytes are the published ones: the pinned list, or the person who compared the hash."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from host_tools.flashing.errors import NobodyVouches, WrongHash


def sha256_of(content: bytes) -> str:
    """Hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def require_voucher(hashes: Sequence[str], name: str, known: frozenset[str], given: str | None, where: str) -> None:
    """Return only if somebody vouches: the person with `given`, which then counts alone, or else the list (`known`).

    `hashes`: of the file as it came, and of the image in it; one is enough. Raises WrongHash, NobodyVouches.
    """
    if given is not None:
        if given not in hashes:
            raise WrongHash(name, given, hashes[0])
    elif not known:
        raise NobodyVouches(name, hashes[0], where)
    elif known.isdisjoint(hashes):
        raise WrongHash(name, " or ".join(sorted(known)), hashes[0])


class Shelf:
    """Downloaded archives that somebody vouched for, each named after its hash, in a folder of this computer."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def part(self, name: str) -> Path:
        """Where the archive `name` lies while it arrives and until somebody vouches for it. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / f"{name}.part"

    def keep(self, part: Path, name: str, content: bytes) -> None:
        """Name what arrived, `content`, after its hash. Raises OSError."""
        os.replace(part, self._folder / f"{name}-{sha256_of(content)}.zip")

    def find(self, name: str) -> bytes | None:
        """A kept archive whose bytes are still those of its name; one that rotted is removed. Raises OSError."""
        for kept in sorted(self._folder.glob(f"{name}-*.zip")):
            content = kept.read_bytes()
            if sha256_of(content) == kept.stem.removeprefix(f"{name}-"):
                return content
            kept.unlink()
        return None
