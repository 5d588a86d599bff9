"""Sealed rows: a table's keys are keyed hashes, its values sealed blobs, so that the file tells nobody what is in it.

key on the disk   = first 16 bytes of HMAC-SHA-256(subkey of the table, key)
value on the disk = nonce 12 | ChaCha20-Poly1305(subkey of the table, length of the key 2 | key | value,
                                                 associated data = key on the disk)
"""

from __future__ import annotations

import hmac
import secrets
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from companion_app.vault import Vault

_HASH_BYTES = 16
_NONCE_BYTES = 12
_LENGTH = struct.Struct(">H")


class RowBroken(Exception):
    """A row is not what was sealed under its key."""


class RowSeal:
    """Seals the rows of one table of one database, named by its place below the vault's folder."""

    def __init__(self, vault: Vault, database: str, table: str) -> None:
        """Raises VaultLocked."""
        self._names = vault.subkey(f"rows:{database}:{table}:names")
        self._cipher = ChaCha20Poly1305(vault.subkey(f"rows:{database}:{table}:values"))

    def name(self, key: str) -> bytes:
        """What stands on the disk for `key`."""
        return hmac.digest(self._names, key.encode(), "sha256")[:_HASH_BYTES]

    def seal(self, key: str, value: bytes) -> tuple[bytes, bytes]:
        """Key and value as they stand on the disk. Raises struct.error for a key of 64 KiB and more."""
        name, text, nonce = self.name(key), key.encode(), secrets.token_bytes(_NONCE_BYTES)
        return name, nonce + self._cipher.encrypt(nonce, _LENGTH.pack(len(text)) + text + value, name)

    def open(self, name: bytes, blob: bytes) -> tuple[str, bytes]:
        """Key and value. Raises RowBroken."""
        try:
            plain = self._cipher.decrypt(blob[:_NONCE_BYTES], blob[_NONCE_BYTES:], name)
            (length,) = _LENGTH.unpack_from(plain)
            return plain[_LENGTH.size : _LENGTH.size + length].decode(), plain[_LENGTH.size + length :]
        except (InvalidTag, ValueError, TypeError, struct.error) as error:
            raise RowBroken from error
