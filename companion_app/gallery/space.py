"""How much room is left on this phone: it warns, then stops imports; it never deletes anything by itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from companion_app.gallery.errors import NoSpaceLeft

WARN_BELOW_BYTES = 1 << 30
STOP_BELOW_BYTES = 256 << 20  # records, receipts and deletions must still find room when pictures do not
# An item is here as it came, then as a file; a clip's file may repeat frames and has an index.
_COPIES = 3


class Room(StrEnum):
    """How it stands."""

    PLENTY = "plenty"
    LOW = "low"
    FULL = "full"


@dataclass(frozen=True)
class Space:
    """What is left where the app keeps its data, and the two marks below which it warns and stops imports (bytes)."""

    free_bytes: int
    warn_below_bytes: int
    stop_below_bytes: int

    @property
    def room(self) -> Room:
        """FULL: nothing is imported, and what waits stays on the glasses."""
        if self.free_bytes < self.stop_below_bytes:
            return Room.FULL
        return Room.LOW if self.free_bytes < self.warn_below_bytes else Room.PLENTY


class FreeSpace:
    """`free(folder)`: bytes that this user may still write there, or an OSError."""

    def __init__(
        self,
        folder: Path,
        free: Callable[[Path], int] | None = None,
        *,
        warn_below_bytes: int = WARN_BELOW_BYTES,
        stop_below_bytes: int = STOP_BELOW_BYTES,
    ) -> None:
        self._folder = folder
        self._free = free or _free_bytes
        self._warn_below = warn_below_bytes
        self._stop_below = stop_below_bytes

    def look(self) -> Space:
        """How it stands now. Raises OSError."""
        return Space(self._free(self._folder), self._warn_below, self._stop_below)

    def check(self, sealed_bytes: int) -> None:
        """Before an item of this size is fetched. Raises NoSpaceLeft; where nobody can say what is free, it goes on."""
        try:
            space = self.look()
        except OSError:
            return  # writing will say it
        if space.free_bytes - _COPIES * sealed_bytes < self._stop_below:
            raise NoSpaceLeft(space.free_bytes, _COPIES * sealed_bytes + self._stop_below)


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free
