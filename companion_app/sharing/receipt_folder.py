"""The owner's copies of consent receipts, and apart from them what ties each to its picture and can be forgotten."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from companion_app.files import private_folder, remove, write_json
from companion_app.sharing.errors import ReceiptDamaged, ReceiptNotKept, ReceiptUnknown

_RECEIPTS, _ORIGINALS, _ENDING = "receipts", "originals", ".json"
_MAX_FILE_BYTES = 256 << 10
_NAME = re.compile(r"[0-9a-f]{1,128}")
_log = logging.getLogger(__name__)


class ReceiptFolder:
    """`receipts/<receipt id>.json`: the consent as the ledger has it, and the text of the terms that were shown.
    `originals/<commitment>.json`: the hash of a shared picture. Deleting the picture deletes that file alone: the
    receipt stays true, and nobody can tell any more which picture it was about."""

    def __init__(self, folder: Path) -> None:
        self._receipts = private_folder(folder / _RECEIPTS)
        self._originals = private_folder(folder / _ORIGINALS)
        for left in (*self._receipts.glob("*.new"), *self._originals.glob("*.new")):
            left.unlink()

    def keep(self, receipt_id: str, consent: Mapping[str, Any], notice: str) -> None:
        """Keep a copy, durable on return. Raises ReceiptNotKept; then there is none."""
        self._write(self._receipts / _name(receipt_id), {"consent": consent, "notice": notice})

    def keep_original(self, commitment: str, original: Mapping[str, Any]) -> None:
        """Keep what ties receipts to a picture, durable on return. Raises ReceiptNotKept."""
        path = self._originals / _name(commitment)
        if self.original(commitment) != original:
            self._write(path, original)

    def read(self, receipt_id: str) -> dict[str, Any]:
        """One copy. Raises ReceiptUnknown, ReceiptDamaged."""
        if not _NAME.fullmatch(receipt_id):
            raise ReceiptUnknown(receipt=receipt_id[:64])
        path = self._receipts / _name(receipt_id)
        if not path.exists():
            raise ReceiptUnknown(receipt=receipt_id)
        value = _read(path)
        if value is None or not isinstance(value.get("consent"), dict) or not isinstance(value.get("notice"), str):
            raise ReceiptDamaged(receipt=receipt_id)
        return value

    def original(self, commitment: str) -> dict[str, Any] | None:
        """What ties receipts to the picture with this commitment; None where it was forgotten or never kept."""
        return _read(self._originals / _name(commitment)) if _NAME.fullmatch(commitment) else None

    def originals(self) -> dict[str, dict[str, Any]]:
        """All of them by commitment; damaged ones are left out."""
        found = {path.stem: _read(path) for path in sorted(self._originals.glob(f"*{_ENDING}"))}
        return {commitment: value for commitment, value in found.items() if value is not None}

    def ids(self) -> list[str]:
        """The ids of all copies."""
        names = (path.stem for path in self._receipts.glob(f"*{_ENDING}"))
        return sorted(name for name in names if _NAME.fullmatch(name))

    def all(self) -> dict[str, dict[str, Any] | None]:
        """All copies by receipt id, None for one that is not a JSON object."""
        return {receipt_id: _read(self._receipts / _name(receipt_id)) for receipt_id in self.ids()}

    def drop(self, receipt_id: str) -> None:
        """Remove a copy of what was never agreed to. Raises OSError."""
        remove(self._receipts / _name(receipt_id))

    def forget(self, commitment: str) -> None:
        """Forget which picture it was, durable on return. Raises OSError."""
        if _NAME.fullmatch(commitment):
            remove(self._originals / _name(commitment))

    def sweep(self, agreed: Mapping[str, str]) -> None:
        """Remove what a crash left before the ledger had it; `agreed`: commitment by receipt id, as the ledger says.
        What cannot be removed stays until the next time."""
        strange = [self._receipts / _name(receipt_id) for receipt_id in set(self.ids()) - set(agreed)]
        commitments = set(agreed.values())
        strange += [path for path in self._originals.glob(f"*{_ENDING}") if path.stem not in commitments]
        for path in strange:
            try:
                remove(path)
            except OSError as error:
                _log.warning("a receipt that was never given cannot be removed: %s", error.strerror)

    def _write(self, path: Path, value: Mapping[str, Any]) -> None:
        try:
            write_json(path, dict(value))
        except OSError as error:
            raise ReceiptNotKept(errno=error.errno) from error


def _name(stem: str) -> str:
    if not _NAME.fullmatch(stem):
        raise ValueError(f"no name for a receipt's file: {stem[:64]!r}")
    return stem + _ENDING


def _read(path: Path) -> dict[str, Any] | None:
    """A JSON object, None where there is none that can be read."""
    try:
        with path.open("rb") as file:
            value: object = json.loads(file.read(_MAX_FILE_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None
