"""Opens the seal of a blob: step the ratchet to the item's keys, then check and decrypt chunk after chunk.

Layout, little-endian: "PSI2" | boot public key 32 | step u32, then chunks
    size u32 (of the plaintext, 1 to 16384; bit 31 marks the last chunk) | AES-256-CBC, PKCS#7
    | HMAC-SHA-256 over header ‖ u32 number ‖ size ‖ ciphertext.
"""

from __future__ import annotations

import hmac
import struct
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from plainsight import wire

from companion_app.gallery.errors import CannotOpen
from companion_app.keys.owner import OwnerKey

_MAGIC = b"PSI2"
_HEADER = struct.Struct("<4s32sI")
_U32 = struct.Struct("<I")
_LAST = 0x80000000
_MAX_CHUNK_BYTES = 16384
_MAC_BYTES = 32
_BLOCK_BYTES = 16
_MAX_STEP = 100_000  # items of one boot; each costs a hash to step over
_KEY_BYTES = 32


@dataclass(frozen=True)
class ItemKeys:
    """What opens one blob and nothing else."""

    encryption: bytes
    mac: bytes
    seed: bytes

    def iv(self, number: int) -> bytes:
        """The IV of chunk `number`."""
        return hmac.digest(self.mac, b"plainsight-iv-v2" + self.seed + _U32.pack(number), "sha256")[:_BLOCK_BYTES]


def open_seal(blob: bytes, owner: OwnerKey, *, cut: bool = False) -> tuple[bytes, bool]:
    """The plaintext of all chunks, each verified before it is decrypted, and whether the last one was there.

    `cut`: the glasses say that their power went while they wrote; then a last piece that is not a whole chunk, or does
    not verify, is left out. Otherwise that is damage. Raises CannotOpen.
    """
    header, keys = _begin(blob, owner)
    view = memoryview(blob)
    plain: list[bytes] = []
    at, last = len(header), False
    while at < len(blob):
        if last:
            raise CannotOpen("bad_length")
        end, size, last = _bounds(view, at)
        if end is None or end > len(blob):
            _bear_torn_end(cut and bool(plain), "bad_length")
            return b"".join(plain), False
        if not _verifies(header, keys, len(plain), view[at:end]):
            _bear_torn_end(cut and bool(plain) and end == len(blob), "not_for_this_owner_or_changed")
            return b"".join(plain), False
        plain.append(_decrypt(keys, len(plain), view[at + _U32.size : end - _MAC_BYTES], size))
        at = end
    return b"".join(plain), last


def item_keys(boot_key: bytes, step: int) -> ItemKeys:
    """The keys of one blob, `step` steps along the ratchet of its boot."""
    key = boot_key
    for _ in range(step):
        # One block of HKDF-Expand (RFC 5869 2.3), by hmac: a step must be cheap.
        key = hmac.digest(key, b"plainsight-next-v1\x01", "sha256")
    keys = HKDFExpand(SHA256(), 2 * _KEY_BYTES + _BLOCK_BYTES, b"plainsight-item-v1").derive(key)
    return ItemKeys(keys[:_KEY_BYTES], keys[_KEY_BYTES : 2 * _KEY_BYTES], keys[2 * _KEY_BYTES :])


def _begin(blob: bytes, owner: OwnerKey) -> tuple[bytes, ItemKeys]:
    """The header, bounds first, and the keys of this blob."""
    if not _HEADER.size < len(blob) <= wire.MAX_ITEM_BYTES:
        raise CannotOpen("bad_length")
    magic, boot_public, step = _HEADER.unpack_from(blob)
    if magic != _MAGIC:
        raise CannotOpen("not_sealed")
    if step > _MAX_STEP:
        raise CannotOpen("bad_index")
    return blob[: _HEADER.size], item_keys(_boot_key(owner, boot_public), step)


def _boot_key(owner: OwnerKey, boot_public: bytes) -> bytes:
    try:
        shared = owner.agree(boot_public)
    except ValueError as error:
        raise CannotOpen("bad_point") from error
    return HKDF(SHA256(), _KEY_BYTES, boot_public + owner.public, b"plainsight-boot-v1").derive(shared)


def _bounds(view: memoryview, at: int) -> tuple[int | None, int, bool]:
    """Where the chunk at `at` ends (None: not a chunk), its plaintext's size, whether it is the last."""
    if at + _U32.size > len(view):
        return None, 0, False
    (word,) = _U32.unpack_from(view, at)
    size = word & ~_LAST
    if not 1 <= size <= _MAX_CHUNK_BYTES:
        return None, 0, False
    padded = (size // _BLOCK_BYTES + 1) * _BLOCK_BYTES
    return at + _U32.size + padded + _MAC_BYTES, size, bool(word & _LAST)


def _bear_torn_end(may_be_torn: bool, fault: str) -> None:
    if not may_be_torn:
        raise CannotOpen(fault)


def _verifies(header: bytes, keys: ItemKeys, number: int, chunk: memoryview) -> bool:
    mac = hmac.new(keys.mac, header, "sha256")
    mac.update(_U32.pack(number))
    mac.update(chunk[:-_MAC_BYTES])
    return hmac.compare_digest(mac.digest(), chunk[-_MAC_BYTES:])


def _decrypt(keys: ItemKeys, number: int, ciphertext: memoryview, size: int) -> bytes:
    """The first `size` bytes, after the padding was found to be PKCS#7."""
    decryptor = Cipher(algorithms.AES(keys.encryption), modes.CBC(keys.iv(number))).decryptor()
    padded = decryptor.update(ciphertext) + decryptor.finalize()
    pad = len(padded) - size
    if padded[size:] != bytes([pad]) * pad:
        raise CannotOpen("bad_padding")
    return padded[:size]
