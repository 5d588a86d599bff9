"""Opens sealed items with the owner's private key, written from the layout alone and on `cryptography` only."""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.padding import PKCS7

_MOST_ITEMS_OF_A_BOOT = 1000


class CannotOpen(Exception):
    """The blob is not what the glasses wrote, or it is sealed to somebody else."""


def boot_key(owner: X25519PrivateKey, boot_public: bytes) -> bytes:
    """K0 of the boot whose public key this is."""
    secret = owner.exchange(X25519PublicKey.from_public_bytes(boot_public))
    salt = boot_public + owner.public_key().public_bytes_raw()
    return HKDFExpand(SHA256(), 32, b"plainsight-boot-v1").derive(hmac.digest(salt, secret, hashlib.sha256))


def item_keys(owner: X25519PrivateKey, boot_public: bytes, step: int) -> tuple[bytes, bytes, bytes]:
    """(AES key, MAC key, IV) of one item."""
    key = boot_key(owner, boot_public)
    for _ in range(step):
        key = HKDFExpand(SHA256(), 32, b"plainsight-next-v1").derive(key)
    material = HKDFExpand(SHA256(), 80, b"plainsight-item-v1").derive(key)
    return material[:32], material[32:64], material[64:]


def unseal(owner: X25519PrivateKey, blob: bytes) -> tuple[dict[str, Any], bytes]:
    """(meta, JPEG). Raises CannotOpen."""
    magic, boot_public, step, meta_bytes, jpeg_bytes = struct.unpack_from("<4s32sIHI", blob)
    if magic != b"PSI1" or step > _MOST_ITEMS_OF_A_BOOT:
        raise CannotOpen
    key, mac_key, iv = item_keys(owner, boot_public, step)
    if not hmac.compare_digest(hmac.digest(mac_key, blob[:-32], hashlib.sha256), blob[-32:]):
        raise CannotOpen
    cipher = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    padding = PKCS7(128).unpadder()
    plain = padding.update(cipher.update(blob[46:-32]) + cipher.finalize()) + padding.finalize()
    assert len(plain) == meta_bytes + jpeg_bytes
    return json.loads(plain[:meta_bytes]), plain[meta_bytes:]
