"""The owner's X25519 key: its public half goes to the glasses at pairing, its private half opens pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from companion_app.files import private_folder, write_json
from companion_app.keys.errors import KeyUnreadable
from companion_app.keys.protection import Protection

_FILE = "owner.json"
_VERSION = 1


class OwnerKey:
    """The private key in memory, and how its file protects it. One object for all who use it: it may be replaced.

    Without a `path` it lies in no file.
    """

    def __init__(self, private: X25519PrivateKey, protection: Protection, path: Path | None = None) -> None:
        self.private = private
        self.protection = protection
        self._path = path

    @property
    def public(self) -> bytes:
        """The 32 bytes that the glasses seal to."""
        return self.private.public_key().public_bytes_raw()

    def agree(self, other_public: bytes) -> bytes:
        """X25519 with 32 foreign bytes. Raises ValueError where they are no usable point."""
        return self.private.exchange(X25519PublicKey.from_public_bytes(other_public))

    def replace(self, private: X25519PrivateKey) -> None:
        """Put another key in its place; the old one stays beside it under a name of its own. Raises OSError."""
        if private.private_bytes_raw() == self.private.private_bytes_raw():
            return
        if self._path is not None:
            write_x25519(self._path.with_name(f"owner-{self.public[:4].hex()}.json"), self.private)
            write_x25519(self._path, private)
        self.private = private


def load_owner_key(folder: Path) -> OwnerKey:
    """The owner's key in `folder`, made at the first call. Raises KeyUnreadable; a damaged key is not replaced."""
    path = private_folder(folder) / _FILE
    if not path.exists():
        write_x25519(path, X25519PrivateKey.generate())
    private, protection = read_x25519(path)
    return OwnerKey(private, protection, path)


def read_x25519(path: Path) -> tuple[X25519PrivateKey, Protection]:
    """A private key from its file. Raises KeyUnreadable."""
    try:
        value: object = json.loads(path.read_bytes())
        fields = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
        if fields.get("version") != _VERSION:
            raise KeyUnreadable(path, "unknown_version")
        protection = Protection(fields.get("protection"))
        return X25519PrivateKey.from_private_bytes(bytes.fromhex(fields["private"])), protection
    except (ValueError, KeyError, TypeError) as error:
        raise KeyUnreadable(path, "damaged") from error


def write_x25519(path: Path, private: X25519PrivateKey) -> None:
    """A private key into its file, durable on return. Raises OSError."""
    fields = {"version": _VERSION, "protection": Protection.NONE.value, "private": private.private_bytes_raw().hex()}
    write_json(path, fields)
