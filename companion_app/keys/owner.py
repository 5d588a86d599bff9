"""The owner's X25519 key: its public half goes to the glasses at pairing, its private half opens pictures."""

from __future__ import annotations

from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from companion_app.keys.errors import KeyUnreadable
from companion_app.vault import SealedFiles
from companion_app.vault.errors import SealBroken

_FILE = "owner.json"
_VERSION = 2


class OwnerKey:
    """The private key in memory. One object for all who use it: it may be replaced. Without `files` it lies nowhere."""

    def __init__(self, private: X25519PrivateKey, files: SealedFiles | None = None) -> None:
        self.private = private
        self._files = files

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
        if self._files is not None:
            write_x25519(self._files, f"owner-{self.public[:4].hex()}.json", self.private)
            write_x25519(self._files, _FILE, private)
        self.private = private


def load_owner_key(files: SealedFiles) -> OwnerKey:
    """The owner's key among `files`, made at the first call. Raises KeyUnreadable; a damaged key is not replaced."""
    if not files.exists(_FILE):
        write_x25519(files, _FILE, X25519PrivateKey.generate())
    return OwnerKey(read_x25519(files, _FILE), files)


def read_x25519(files: SealedFiles, name: str) -> X25519PrivateKey:
    """A private key from its file. Raises KeyUnreadable, VaultLocked."""
    path = files.folder / name
    try:
        value = files.read_json(name)
        fields = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
        if fields.get("version") != _VERSION:
            raise KeyUnreadable(path, "unknown_version")
        return X25519PrivateKey.from_private_bytes(bytes.fromhex(fields["private"]))
    except (SealBroken, ValueError, KeyError, TypeError) as error:
        raise KeyUnreadable(path, "damaged") from error


def write_x25519(files: SealedFiles, name: str, private: X25519PrivateKey) -> None:
    """A private key into its file, durable on return. Raises OSError, VaultLocked."""
    files.write_json(name, {"version": _VERSION, "private": private.private_bytes_raw().hex()})
