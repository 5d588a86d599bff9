"""The owner's copies of consent receipts, and apart from them what ties each to its picture and can be forgotten."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any, cast

from companion_app.sharing.errors import ReceiptDamaged, ReceiptNotKept, ReceiptUnknown
from companion_app.vault import SealedFiles
from companion_app.vault.errors import SealBroken

_RECEIPTS, _ORIGINALS, _ENDING = "receipts/", "originals/", ".json"
_NAME = re.compile(r"[0-9a-f]{1,128}")
_log = logging.getLogger(__name__)


class ReceiptFolder:
    """`receipts/<receipt id>.json`: the consent as the ledger has it, and the text of the terms that were shown.
    `originals/<commitment>.json`: the hash of a shared picture. Deleting the picture deletes that file alone: the
    receipt stays true, and nobody can tell any more which picture it was about."""

    def __init__(self, files: SealedFiles) -> None:
        self._files = files

    def keep(self, receipt_id: str, consent: Mapping[str, Any], notice: str) -> None:
        """Keep a copy, durable on return. Raises ReceiptNotKept; then there is none."""
        self._write(_name(_RECEIPTS, receipt_id), {"consent": consent, "notice": notice})

    def keep_original(self, commitment: str, original: Mapping[str, Any]) -> None:
        """Keep what ties receipts to a picture, durable on return. Raises ReceiptNotKept."""
        name = _name(_ORIGINALS, commitment)
        if self.original(commitment) != original:
            self._write(name, original)

    def read(self, receipt_id: str) -> dict[str, Any]:
        """One copy. Raises ReceiptUnknown, ReceiptDamaged."""
        if not _NAME.fullmatch(receipt_id):
            raise ReceiptUnknown(receipt=receipt_id[:64])
        name = _name(_RECEIPTS, receipt_id)
        if not self._files.exists(name):
            raise ReceiptUnknown(receipt=receipt_id)
        value = self._read(name)
        if value is None or not isinstance(value.get("consent"), dict) or not isinstance(value.get("notice"), str):
            raise ReceiptDamaged(receipt=receipt_id)
        return value

    def original(self, commitment: str) -> dict[str, Any] | None:
        """What ties receipts to the picture with this commitment; None where it was forgotten or never kept."""
        return self._read(_name(_ORIGINALS, commitment)) if _NAME.fullmatch(commitment) else None

    def originals(self) -> dict[str, dict[str, Any]]:
        """All of them by commitment; damaged ones are left out."""
        found = {commitment: self.original(commitment) for commitment in self._stems(_ORIGINALS)}
        return {commitment: value for commitment, value in found.items() if value is not None}

    def ids(self) -> list[str]:
        """The ids of all copies."""
        return self._stems(_RECEIPTS)

    def all(self) -> dict[str, dict[str, Any] | None]:
        """All copies by receipt id, None for one that is not a JSON object."""
        return {receipt_id: self._read(_name(_RECEIPTS, receipt_id)) for receipt_id in self.ids()}

    def drop(self, receipt_id: str) -> None:
        """Remove a copy of what was never agreed to. Raises OSError."""
        self._files.remove(_name(_RECEIPTS, receipt_id))

    def forget(self, commitment: str) -> None:
        """Forget which picture it was, durable on return. Raises OSError."""
        if _NAME.fullmatch(commitment):
            self._files.remove(_name(_ORIGINALS, commitment))

    def sweep(self, agreed: Mapping[str, str]) -> None:
        """Remove what a crash left before the ledger had it; `agreed`: commitment by receipt id, as the ledger says.
        What cannot be removed stays until the next time."""
        strange = [_name(_RECEIPTS, receipt_id) for receipt_id in set(self.ids()) - set(agreed)]
        untied = set(self._stems(_ORIGINALS)) - set(agreed.values())
        strange += [_name(_ORIGINALS, commitment) for commitment in untied]
        for name in strange:
            try:
                self._files.remove(name)
            except OSError as error:
                _log.warning("a receipt that was never given cannot be removed: %s", error.strerror)

    def _stems(self, folder: str) -> list[str]:
        stems = (name.removeprefix(folder).removesuffix(_ENDING) for name in self._files.names(folder))
        return [stem for stem in stems if _NAME.fullmatch(stem)]

    def _write(self, name: str, value: Mapping[str, Any]) -> None:
        try:
            self._files.write_json(name, dict(value))
        except OSError as error:
            raise ReceiptNotKept(errno=error.errno) from error

    def _read(self, name: str) -> dict[str, Any] | None:
        """A JSON object, None where there is none that can be read."""
        try:
            value = self._files.read_json(name)
        except (OSError, SealBroken):
            return None
        return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def _name(folder: str, stem: str) -> str:
    if not _NAME.fullmatch(stem):
        raise ValueError(f"no name for a receipt's file: {stem[:64]!r}")
    return folder + stem + _ENDING
