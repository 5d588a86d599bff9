"""The glasses' side of sealing, written a second time from the protocol's text, to have something to open."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from PIL import Image

LIGHT = {"level": "optical", "verdict": "proven", "evidence": {"pulses": 512}}
META, FRAME, AUDIO, END = 1, 2, 3, 4
CHUNK_BYTES = 16384


def hkdf_extract(salt: bytes, material: bytes) -> bytes:
    return hmac.digest(salt, material, "sha256")


def hkdf_expand(key: bytes, info: bytes, size: int) -> bytes:
    out, block = b"", b""
    for counter in range(1, size // 32 + 2):
        block = hmac.digest(key, block + info + bytes([counter]), "sha256")
        out += block
    return out[:size]


def record(kind: int, body: bytes, time_ms: int = 0) -> bytes:
    """One record of an item's plaintext."""
    return struct.pack("<BII", kind, time_ms, len(body)) + body


def jpeg(shade: int, width: int = 64, height: int = 48) -> bytes:
    """A small grey JPEG with some detail; `shade` 0 to 255 tells one from another."""
    image = Image.new("L", (width, height), shade)
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=90)
    return out.getvalue()


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

    def seal(self, frame: bytes, *, kind: str = "photo", **changes: Any) -> bytes:
        """One sealed photograph (or thumbnail); `changes` replace parts of what is said of it."""
        return self.seal_media([(FRAME, 0, frame)], kind=kind, **changes)

    def clip(
        self, frames: Sequence[tuple[int, bytes]], sound: Sequence[tuple[int, bytes]] = (), **changes: Any
    ) -> bytes:
        """One sealed clip of (time_ms, JPEG) and (time_ms, PCM), as one stream in the order of time."""
        media = [(FRAME, time_ms, body) for time_ms, body in frames]
        media += [(AUDIO, time_ms, body) for time_ms, body in sound]
        media.sort(key=lambda row: row[1])
        return self.seal_media(media, kind="clip", **changes)

    def seal_media(self, media: Sequence[tuple[int, int, bytes]], **changes: Any) -> bytes:
        """Records between a META and an END that fit them, but for `changes`."""
        return self.seal_plain(plain_of(media, self.index + 1, **changes))

    def seal_plain(self, plain: bytes, **changes: Any) -> bytes:
        """Any plaintext in whole chunks, and whatever is left in the last. `changes`: see `seal_chunks`."""
        pieces = [plain[at : at + CHUNK_BYTES] for at in range(0, len(plain), CHUNK_BYTES)] or [b""]
        return self.seal_chunks(pieces, **changes)

    def seal_chunks(self, pieces: Sequence[bytes], *, ended: bool = True, **changes: Any) -> bytes:
        """Chunks of any plaintext; `ended` False leaves the mark off the last; `changes`: magic, public, step, pad."""
        material = hkdf_expand(self.key, b"plainsight-item-v1", 80)
        fields = {"magic": b"PSI2", "public": self.public, "step": self.index}
        fields.update({name: value for name, value in changes.items() if name in fields})
        header = struct.pack("<4s32sI", *fields.values())
        self.key = hkdf_expand(self.key, b"plainsight-next-v1", 32)
        self.index += 1
        out = header
        for number, piece in enumerate(pieces):
            last = ended and number == len(pieces) - 1
            out += chunk(material, header, number, piece, last=last, pad=changes.get("pad"))
        return out


def chunk(material: bytes, header: bytes, number: int, piece: bytes, *, last: bool, pad: bytes | None = None) -> bytes:
    """Size, ciphertext, MAC."""
    key, mac, seed = material[:32], material[32:64], material[64:]
    count = 16 - len(piece) % 16
    iv = hmac.digest(mac, b"plainsight-iv-v2" + seed + struct.pack("<I", number), "sha256")[:16]
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    sealed = encryptor.update(piece + (pad or bytes([count]) * count)) + encryptor.finalize()
    body = struct.pack("<I", len(piece) | (0x80000000 if last else 0)) + sealed
    return body + hmac.digest(mac, header + struct.pack("<I", number) + body, "sha256")


def plain_of(media: Sequence[tuple[int, int, bytes]], number: int, **changes: Any) -> bytes:
    """The plaintext of an item with these (kind, time_ms, body)."""
    meta: dict[str, Any] = {
        "id": number,
        "kind": "photo",
        "time_s": 1_800_000_000 + number,
        "trigger": "button",
        "salt": hashlib.sha256(bytes([number % 256])).hexdigest()[:32],
    }
    end: dict[str, Any] = {
        "reason": "done",
        "frames": sum(kind == FRAME for kind, _, _ in media),
        "duration_ms": max((time_ms for _, time_ms, _ in media), default=0),
        "media_sha256": hashlib.sha256(b"".join(body for _, _, body in media)).hexdigest(),
        "light": LIGHT,
    }
    for said in (meta, end):
        said.update({name: value for name, value in changes.items() if name in said})
    records = [record(kind, body, time_ms) for kind, time_ms, body in media]
    return b"".join([record(META, json.dumps(meta).encode()), *records, record(END, json.dumps(end).encode())])


def noise(size: int) -> bytes:
    """Something that is taken for a photograph and is like no other."""
    return b"\xff\xd8" + os.urandom(size) + b"\xff\xd9"
