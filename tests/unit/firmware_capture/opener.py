"""Opens sealed items with the owner's private key, written from the layout alone and on `cryptography` only."""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.padding import PKCS7

_MOST_ITEMS_OF_A_BOOT = 1000
_LAST = 1 << 31


class CannotOpen(Exception):
    """The blob is not what the glasses wrote, or it is sealed to somebody else."""


@dataclass(frozen=True)
class Keys:
    """What seals one item."""

    aes: bytes
    mac: bytes
    seed: bytes

    def iv(self, chunk: int) -> bytes:
        """The IV of this chunk."""
        return _hmac(self.mac, b"plainsight-iv-v2" + self.seed + struct.pack("<I", chunk))[:16]


@dataclass
class Opened:
    """What was in an item: its records in order, and whether the last chunk was there."""

    meta: dict[str, Any]
    media: list[tuple[int, int, bytes]]  # kind, time_ms, body of each FRAME (2) and AUDIO (3)
    end: dict[str, Any] | None
    whole: bool

    @property
    def media_sha256(self) -> str:
        """As END and the journal's commitment have it."""
        return hashlib.sha256(b"".join(body for _, _, body in self.media)).hexdigest()


def boot_key(owner: X25519PrivateKey, boot_public: bytes) -> bytes:
    """K0 of the boot whose public key this is."""
    secret = owner.exchange(X25519PublicKey.from_public_bytes(boot_public))
    salt = boot_public + owner.public_key().public_bytes_raw()
    return HKDFExpand(SHA256(), 32, b"plainsight-boot-v1").derive(_hmac(salt, secret))


def item_keys(owner: X25519PrivateKey, boot_public: bytes, step: int) -> Keys:
    """The keys of one item."""
    key = boot_key(owner, boot_public)
    for _ in range(step):
        key = HKDFExpand(SHA256(), 32, b"plainsight-next-v1").derive(key)
    material = HKDFExpand(SHA256(), 80, b"plainsight-item-v1").derive(key)
    return Keys(material[:32], material[32:64], material[64:])


def plaintext(owner: X25519PrivateKey, blob: bytes) -> tuple[bytes, bool]:
    """What is in the whole chunks, and whether the last was among them. Raises CannotOpen for anything else wrong."""
    header = blob[:40]
    if len(header) < 40 or header[:4] != b"PSI2":
        raise CannotOpen("header")
    boot_public, step = struct.unpack("<32sI", header[4:])
    if step > _MOST_ITEMS_OF_A_BOOT:
        raise CannotOpen("step")
    keys = item_keys(owner, boot_public, step)
    out, at, number = b"", 40, 0
    while at < len(blob):
        (stated,) = struct.unpack("<I", blob[at : at + 4].ljust(4, b"\xff"))
        size = stated & ~_LAST
        end = at + 4 + (size // 16 + 1) * 16
        if not 1 <= size <= 16384 or end + 32 > len(blob):
            raise CannotOpen("size")
        code = _hmac(keys.mac, header + struct.pack("<I", number) + blob[at:end])
        if not hmac.compare_digest(code, blob[end : end + 32]):
            raise CannotOpen("mac")
        cipher = Cipher(algorithms.AES(keys.aes), modes.CBC(keys.iv(number))).decryptor()
        padding = PKCS7(128).unpadder()
        plain = padding.update(cipher.update(blob[at + 4 : end])) + padding.finalize()
        assert len(plain) == size
        out, at, number = out + plain, end + 32, number + 1
        if stated & _LAST:
            if at != len(blob):
                raise CannotOpen("tail")
            return out, True
    return out, False


def unseal(owner: X25519PrivateKey, blob: bytes) -> Opened:
    """The records of an item; the half record that a power cut left is dropped. Raises CannotOpen."""
    plain, whole = plaintext(owner, blob)
    records, at = [], 0
    while at + 9 <= len(plain):
        kind, time_ms, size = struct.unpack("<BII", plain[at : at + 9])
        if at + 9 + size > len(plain):
            break
        records.append((kind, time_ms, plain[at + 9 : at + 9 + size]))
        at += 9 + size
    if not records or records[0][0] != 1 or (whole and (records[-1][0] != 4 or at != len(plain))):
        raise CannotOpen("records")
    end = json.loads(records.pop()[2]) if whole else None
    assert all(kind in (2, 3) for kind, _, _ in records[1:])
    return Opened(json.loads(records[0][2]), records[1:], end, whole)


def _hmac(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, hashlib.sha256)
