"""Opens sealed blobs: step the ratchet to the item's keys, check the MAC, then decrypt, then check what came out.

Layout, little-endian: "PSI1" | boot_public 32 | index u32 | meta_len u16 | jpeg_len u32
| AES-256-CBC(meta ‖ jpeg), PKCS#7 | HMAC-SHA-256 of all before.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from plainsight import wire

from companion_app.gallery.errors import CannotOpen
from companion_app.keys.owner import OwnerKey

_MAGIC = b"PSI1"
_HEADER = struct.Struct("<4s32sIHI")
_MAC_BYTES = 32
_BLOCK_BYTES = 16
_MAX_INDEX = 100_000  # items of one boot; each costs a hash to step over
_KEY_BYTES = 32
_META_FIELDS = (
    ("id", "int", 1, 0x7FFFFFFF),
    ("time_s", "int", 0, 0x7FFFFFFFFFFF),
    ("trigger", "str", 1, 16),
    ("jpeg_sha256", "hex", 32),
    ("salt", "hex", 16),
    ("light", "obj"),
)


@dataclass(frozen=True)
class Unsealed:
    """A picture and the description that was sealed with it; `jpeg_sha256` (hex) was checked, `salt` is hex."""

    jpeg: bytes
    item: int
    time_s: int
    trigger: str
    jpeg_sha256: str
    salt: str
    light: dict[str, Any]


def unseal(blob: bytes, owner: OwnerKey) -> Unsealed:
    """Open one sealed blob. Raises CannotOpen."""
    header, meta_bytes, jpeg_bytes = _bounds(blob)
    _, boot_public, index, _, _ = header
    encryption_key, mac_key, iv = item_keys(_boot_key(owner, boot_public), index)
    sealed, mac = blob[:-_MAC_BYTES], blob[-_MAC_BYTES:]
    if not hmac.compare_digest(hmac.digest(mac_key, sealed, "sha256"), mac):
        raise CannotOpen("not_for_this_owner_or_changed")
    plain = _decrypt(encryption_key, iv, sealed[_HEADER.size :], meta_bytes + jpeg_bytes)
    return _describe(plain[:meta_bytes], plain[meta_bytes:])


def item_keys(boot_key: bytes, index: int) -> tuple[bytes, bytes, bytes]:
    """Encryption key, MAC key and IV of item `index` of a boot, `index` steps along the ratchet."""
    key = boot_key
    for _ in range(index):
        # One block of HKDF-Expand (RFC 5869 2.3), by hmac: a step must be cheap.
        key = hmac.digest(key, b"plainsight-next-v1\x01", "sha256")
    keys = HKDFExpand(SHA256(), 2 * _KEY_BYTES + _BLOCK_BYTES, b"plainsight-item-v1").derive(key)
    return keys[:_KEY_BYTES], keys[_KEY_BYTES : 2 * _KEY_BYTES], keys[2 * _KEY_BYTES :]


def _bounds(blob: bytes) -> tuple[tuple[bytes, bytes, int, int, int], int, int]:
    """The header, after its lengths were found to be those of the blob."""
    if not _HEADER.size + _BLOCK_BYTES + _MAC_BYTES <= len(blob) <= wire.MAX_ITEM_BYTES:
        raise CannotOpen("bad_length")
    header = _HEADER.unpack_from(blob)
    magic, _, index, meta_bytes, jpeg_bytes = header
    if magic != _MAGIC:
        raise CannotOpen("not_sealed")
    if index > _MAX_INDEX:
        raise CannotOpen("bad_index")
    padded = ((meta_bytes + jpeg_bytes) // _BLOCK_BYTES + 1) * _BLOCK_BYTES
    if len(blob) != _HEADER.size + padded + _MAC_BYTES:
        raise CannotOpen("bad_length")
    return header, meta_bytes, jpeg_bytes


def _boot_key(owner: OwnerKey, boot_public: bytes) -> bytes:
    try:
        shared = owner.agree(boot_public)
    except ValueError as error:
        raise CannotOpen("bad_point") from error
    return HKDF(SHA256(), _KEY_BYTES, boot_public + owner.public, b"plainsight-boot-v1").derive(shared)


def _decrypt(key: bytes, iv: bytes, ciphertext: bytes, size: int) -> bytes:
    """The first `size` bytes, after the padding was found to be PKCS#7."""
    decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    padded = decryptor.update(ciphertext) + decryptor.finalize()
    pad = len(padded) - size
    if padded[size:] != bytes([pad]) * pad:
        raise CannotOpen("bad_padding")
    return padded[:size]


def _describe(meta: bytes, jpeg: bytes) -> Unsealed:
    try:
        fields: dict[str, Any] = wire.parse_json(meta)
        wire.check_fields(fields, _META_FIELDS, strict=False)
    except wire.BadBody as error:
        raise CannotOpen("bad_description") from error
    if hashlib.sha256(jpeg).hexdigest() != fields["jpeg_sha256"]:
        raise CannotOpen("picture_changed")
    return Unsealed(
        jpeg=jpeg,
        item=fields["id"],
        time_s=fields["time_s"],
        trigger=fields["trigger"],
        jpeg_sha256=fields["jpeg_sha256"],
        salt=fields["salt"],
        light=fields["light"],
    )
