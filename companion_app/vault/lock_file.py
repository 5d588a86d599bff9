"""`vault.json`: who may open the vault, each with the same data key wrapped for them, and a value to check it by.

wrapped = nonce 12 | ChaCha20-Poly1305(protector's key, data key, associated data = label ‖ the row without it)
check   = HMAC-SHA-256(HKDF(data key, "check"), id of the vault)
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from companion_app.files import write_json
from companion_app.vault.errors import NoVault, VaultDamaged

FILE = "vault.json"
_VERSION = 1
_NONCE_BYTES = 12
_MOST_BYTES = 64 << 10
_LABEL = b"plainsight-vault-wrap-v1"


@dataclass(frozen=True)
class LockFile:
    """`id` (hex) tells one vault from another; `protectors` are the rows, at most one of each kind."""

    id: str
    check: str
    protectors: tuple[Mapping[str, Any], ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """What the vault opens by."""
        return tuple(row["kind"] for row in self.protectors)

    def row(self, kind: str) -> Mapping[str, Any] | None:
        """The protector of this kind."""
        return next((row for row in self.protectors if row["kind"] == kind), None)


def read_lock_file(folder: Path) -> LockFile:
    """Raises NoVault, VaultDamaged."""
    path = folder / FILE
    try:
        with path.open("rb") as file:
            value: object = json.loads(file.read(_MOST_BYTES))
    except FileNotFoundError as error:
        raise NoVault(folder) from error
    except (ValueError, RecursionError) as error:
        raise VaultDamaged(path, "unreadable") from error
    except OSError as error:
        raise VaultDamaged(path, error.strerror or "unreadable") from error
    fields = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    if fields.get("version") != _VERSION:
        raise VaultDamaged(path, "unknown_version")
    rows, identity, check = fields.get("protectors"), fields.get("id"), fields.get("check")
    if not isinstance(identity, str) or not isinstance(check, str) or not isinstance(rows, list) or not rows:
        raise VaultDamaged(path, "unreadable")
    protectors = cast("list[object]", rows)
    if not all(isinstance(row, dict) and isinstance(cast("Any", row).get("kind"), str) for row in protectors):
        raise VaultDamaged(path, "unreadable")
    return LockFile(identity, check, tuple(cast("list[dict[str, Any]]", protectors)))


def write_lock_file(folder: Path, lock: LockFile) -> None:
    """Replace it, durable on return. Raises OSError and leaves the old one."""
    rows = [dict(row) for row in lock.protectors]
    write_json(folder / FILE, {"version": _VERSION, "id": lock.id, "check": lock.check, "protectors": rows})


def wrapped(key: bytes, data_key: bytes, kind: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The row for the file: `row` as its protector made it, and the data key wrapped under `key`."""
    whole: dict[str, Any] = {"kind": kind, **row}
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return {**whole, "wrapped": (nonce + ChaCha20Poly1305(key).encrypt(nonce, data_key, _about(whole))).hex()}


def unwrapped(key: bytes, row: Mapping[str, Any]) -> bytes | None:
    """The data key, None where `key` does not open it. Raises ValueError, KeyError, TypeError for a damaged row."""
    blob = bytes.fromhex(row["wrapped"])
    about = _about({name: value for name, value in row.items() if name != "wrapped"})
    try:
        return ChaCha20Poly1305(key).decrypt(blob[:_NONCE_BYTES], blob[_NONCE_BYTES:], about)
    except InvalidTag:
        return None


def without(protectors: Sequence[Mapping[str, Any]], kind: str) -> tuple[Mapping[str, Any], ...]:
    """All rows but the one of this kind."""
    return tuple(row for row in protectors if row["kind"] != kind)


def _about(row: Mapping[str, Any]) -> bytes:
    return _LABEL + json.dumps(row, sort_keys=True, separators=(",", ":")).encode()
