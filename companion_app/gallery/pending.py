"""Deletions that the glasses have not confirmed yet; they are asked again at the next visit."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, cast

from plainsight import wire

from companion_app.vault import SealedFiles
from companion_app.vault.errors import SealBroken

_FILE = "pending_deletions"
_FIELDS = (("glasses", "hex", 8), ("item", "int", 1, 0x7FFFFFFF), ("sealed_sha256", "hex", 32))


@dataclass(frozen=True)
class Deletion:
    """One item that is to go from the glasses; the hash is of the sealed bytes and tells nothing of the picture."""

    glasses: str
    item: int
    sealed_sha256: str


class PendingDeletions:
    """A small durable set among `files`; one that cannot be read counts as empty."""

    def __init__(self, files: SealedFiles) -> None:
        self._files = files
        self._deletions = _load(files)

    def of(self, glasses: str) -> list[Deletion]:
        """What these glasses have still to erase."""
        return [deletion for deletion in self._deletions if deletion.glasses == glasses]

    def covers(self, sealed_sha256: str) -> bool:
        """True for an item that must not be imported again."""
        return any(deletion.sealed_sha256 == sealed_sha256 for deletion in self._deletions)

    def add(self, deletion: Deletion) -> None:
        """Remember, durable on return."""
        self._save([*self._deletions, deletion])

    def done(self, deletion: Deletion) -> None:
        """The glasses have erased it."""
        self._save([other for other in self._deletions if other != deletion])

    def _save(self, deletions: list[Deletion]) -> None:
        self._files.write_json(_FILE, [asdict(deletion) for deletion in deletions])
        self._deletions = deletions


def _load(files: SealedFiles) -> list[Deletion]:
    try:
        value = files.read_json(_FILE)
    except (FileNotFoundError, SealBroken):
        return []
    rows = cast("list[object]", value) if isinstance(value, list) else []
    found: list[Deletion] = []
    for row in rows:
        if isinstance(row, dict) and _is_deletion(cast("dict[str, Any]", row)):
            found.append(Deletion(**cast("dict[str, Any]", row)))
    return found


def _is_deletion(row: dict[str, Any]) -> bool:
    try:
        wire.check_fields(row, _FIELDS)
    except wire.BadBody:
        return False
    return True
