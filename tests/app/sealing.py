"""The glasses' side of sealing, written a second time from the protocol's text, to have something to open."""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

LIGHT = {"level": "optical", "verdict": "proven", "evidence": {"pulses": 512}}


def hkdf_extract(salt: bytes, material: bytes) -> bytes:
    return hmac.digest(salt, material, "sha256")


def hkdf_expand(key: bytes, info: bytes, size: int) -> bytes:
    out, block = b"", b""
    for counter in range(1, size // 32 + 2):
        block = hmac.digest(key, block + info + bytes([counter]), "sha256")
        out += block
    return out[:size]


@dataclass
class Boot:
    """One boot of the glasses: seals one item after the other to the owner."""

    owner_public: bytes
    private: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)
    index: int = 0

    def __post_init__(self) -> None:
        shared = self.private.exchange(X25519PublicKey.from_public_bytes(self.owner_public))
        self.public = self.private.public_key().public_bytes_raw()
        self.key = hkdf_expand(hkdf_extract(self.public + self.owner_public, shared), b"plainsight-boot-v1", 32)

    def seal(self, jpeg: bytes, **changes: Any) -> bytes:
        """One sealed item; `changes` replace parts of its description."""
        meta: dict[str, Any] = {
            "id": self.index + 1,
            "time_s": 1_800_000_000 + self.index,
            "trigger": "button",
            "jpeg_sha256": hashlib.sha256(jpeg).hexdigest(),
            "salt": hashlib.sha256(bytes([self.index])).hexdigest()[:32],
            "light": LIGHT,
        }
        meta.update(changes)
        text = json.dumps(meta).encode()
        return self.seal_raw(text, jpeg)

    def seal_raw(self, meta: bytes, jpeg: bytes, **header_changes: Any) -> bytes:
        """Seal any bytes as the description; `header_changes`: magic, public, index, meta_bytes, jpeg_bytes, pad."""
        material = hkdf_expand(self.key, b"plainsight-item-v1", 80)
        fields = {
            "magic": b"PSI1",
            "public": self.public,
            "index": self.index,
            "meta_bytes": len(meta),
            "jpeg_bytes": len(jpeg),
        }
        fields.update({name: value for name, value in header_changes.items() if name in fields})
        header = struct.pack("<4s32sIHI", *fields.values())
        pad = 16 - (len(meta) + len(jpeg)) % 16
        padding = header_changes.get("pad", bytes([pad]) * pad)
        encryptor = Cipher(algorithms.AES(material[:32]), modes.CBC(material[64:])).encryptor()
        body = header + encryptor.update(meta + jpeg + padding) + encryptor.finalize()
        self.key = hkdf_expand(self.key, b"plainsight-next-v1", 32)
        self.index += 1
        return body + hmac.digest(material[32:64], body, "sha256")
