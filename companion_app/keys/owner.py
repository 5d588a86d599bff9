"""The owner's X25519 key: its public half goes to the glasses at pairing, its private half opens pictures."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from companion_app.files import private_folder, write_json
from companion_app.keys.errors import KeyUnreadable
from companion_app.keys.protection import Protection

_FILE = "owner.json"
_VERSION = 1


@dataclass(frozen=True)
class OwnerKey:
    """The private key in memory, and how its file protects it."""

    private: X25519PrivateKey
    protection: Protection

    @property
    def public(self) -> bytes:
        """The 32 bytes that the glasses seal to."""
        return self.private.public_key().public_bytes_raw()

    def agree(self, other_public: bytes) -> bytes:
        """X25519 with 32 foreign bytes. Raises ValueError where they are no usable point."""
        return self.private.exchange(X25519PublicKey.from_public_bytes(other_public))


def load_owner_key(folder: Path) -> OwnerKey:
    """The owner's key in `folder`, made at the first call. Raises KeyUnreadable; a damaged key is not replaced."""
    path = private_folder(folder) / _FILE
    if not path.exists():
        private = X25519PrivateKey.generate().private_bytes_raw().hex()
        write_json(path, {"version": _VERSION, "protection": Protection.NONE.value, "private": private})
    try:
        value: object = json.loads(path.read_bytes())
        fields = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
        if fields.get("version") != _VERSION:
            raise KeyUnreadable(path, "unknown_version")
        protection = Protection(fields.get("protection"))
        return OwnerKey(X25519PrivateKey.from_private_bytes(bytes.fromhex(fields["private"])), protection)
    except (ValueError, KeyError, TypeError) as error:
        raise KeyUnreadable(path, "damaged") from error
