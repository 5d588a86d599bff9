"""The home of promise 4's arithmetic: one key agreement per boot, one key per item, and no way back.

A sealed item, little-endian:
    header: "PSI2" | boot public key 32 | step u32
    chunk i = 0, 1, …: size u32 (bytes of plaintext, bit 31 set on the last chunk)
        | AES-256-CBC of the plaintext, PKCS#7 | HMAC-SHA-256 of header || i u32 || size u32 || ciphertext
Keys: K0 = HKDF(X25519(boot private, owner public)); per item 80 bytes = Expand(K, "item"): AES key | MAC key | seed 16;
then K = Expand(K, "next"). The IV of chunk i = HMAC(MAC key, "plainsight-iv-v2" || seed || i u32)[:16].

Secrets are overwritten as soon as they have been used. Big integers and the cipher's own state can't be: they are gone
with the memory at power-off, and none of them is ever written to flash.
"""

import hashlib
import struct

from plainsight import compat, hkdf, x25519
from plainsight.compat import const

MAGIC = b"PSI2"
HEADER_BYTES = const(40)
CHUNK_BYTES = const(16384)  # of plaintext; what a power cut can cost a clip, and what is encrypted in one go
MAC_BYTES = const(32)
SIZE_BYTES = const(4)
LAST = const(0x80000000)
_AES_BLOCK_BYTES = const(16)
_ITEM_KEY_BYTES = const(80)
_IV_LABEL = b"plainsight-iv-v2"
_SEED_AT = const(16)  # after the label
_NUMBER_BYTES = const(4)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

if compat.MICROPYTHON:
    import cryptolib

    _MODE_CBC = const(2)

    def _cbc(key: memoryview) -> "Callable[[memoryview], None]":
        """An in-place AES-256-CBC encryptor that goes on from block to block, from an IV of zeros."""
        cipher = cryptolib.aes(key, _MODE_CBC, bytes(_AES_BLOCK_BYTES))

        def encrypt(blocks: memoryview) -> None:
            cipher.encrypt(blocks, blocks)

        return encrypt

else:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    def _cbc(key: memoryview) -> "Callable[[memoryview], None]":
        """An in-place AES-256-CBC encryptor that goes on from block to block, from an IV of zeros."""
        cipher = Cipher(algorithms.AES(key), modes.CBC(bytes(_AES_BLOCK_BYTES))).encryptor()

        def encrypt(blocks: memoryview) -> None:
            blocks[:] = cipher.update(blocks)

        return encrypt


def _nothing(_: "bytes | bytearray | memoryview") -> None:
    """Between two items there is neither a cipher nor a file."""


class BadOwnerKey(Exception):
    """The owner's public key is no point that a secret can be agreed with."""


class Ratchet:
    """The keys of one boot for one owner: each item's key is given out once and can't be computed again."""

    def __init__(self, owner_public: bytes, draw: "Callable[[int], bytes]" = compat.urandom):
        """`draw(n)` gives n random bytes. Raises BadOwnerKey."""
        private = bytearray(draw(x25519.KEY_BYTES))
        self.public = x25519.public_key(private)
        secret = bytearray(x25519.shared_secret(private, owner_public))
        erase(private)
        if not any(secret):
            raise BadOwnerKey()
        self._key = bytearray(hkdf.HASH_BYTES)
        hkdf.expand_into(self._key, hkdf.extract(self.public + owner_public, secret), b"plainsight-boot-v1")
        erase(secret)
        self._step = 0

    def next(self) -> tuple[int, bytearray]:
        """(step, 80 bytes of key material); this step's own key is gone. The caller erases the material."""
        material = bytearray(_ITEM_KEY_BYTES)
        hkdf.expand_into(material, self._key, b"plainsight-item-v1")
        following = bytearray(hkdf.HASH_BYTES)
        hkdf.expand_into(following, self._key, b"plainsight-next-v1")
        self._key[:] = following
        erase(following)
        step = self._step
        self._step += 1
        return step, material


def chunk_bytes(size: int) -> int:
    """What a chunk with this much plaintext takes on the medium."""
    return SIZE_BYTES + padded_bytes(size) + MAC_BYTES


def padded_bytes(size: int) -> int:
    """What PKCS#7 makes of this many bytes."""
    return size + _AES_BLOCK_BYTES - size % _AES_BLOCK_BYTES


def erase(secret: "bytearray | memoryview") -> None:
    """Overwrite a secret in place."""
    for index in range(len(secret)):
        secret[index] = 0


class Sealer:
    """Seals one item after another through one set of buffers: a chunk is filled, encrypted in place, and written."""

    def __init__(self):
        size = chunk_bytes(CHUNK_BYTES)
        self._chunk = bytearray(size)  # size, ciphertext, MAC, as they go to the medium
        self._view = memoryview(self._chunk)
        self._header = bytearray(HEADER_BYTES)
        self._origin = bytearray(_SEED_AT + _AES_BLOCK_BYTES + _NUMBER_BYTES)  # what an IV is made from
        self._origin[:_SEED_AT] = _IV_LABEL
        self._number_view = memoryview(self._origin)[_SEED_AT + _AES_BLOCK_BYTES :]
        self._before = bytearray(_AES_BLOCK_BYTES)  # the last block of ciphertext, which CBC mixes into the next one
        self._mac = hkdf.HmacKey(b"")
        self._open = False
        self._encrypt: Callable[[memoryview], None] = _nothing
        self._write: "Callable[[bytes | bytearray | memoryview], object]" = _nothing
        self._filled = 0
        self._number = 0
        self.written = 0

    @property
    def room(self) -> int:
        """Bytes that still fit the chunk at hand."""
        return CHUNK_BYTES - self._filled

    def begin(self, write: "Callable[[bytes | bytearray | memoryview], object]", ratchet: Ratchet) -> None:
        """Start an item: takes the next key and writes the header with write(bytes)."""
        self.end()
        step, material = ratchet.next()
        keys = memoryview(material)  # slices of it are no copies that would outlive `erase`
        self._encrypt = _cbc(keys[:32])
        self._mac = hkdf.HmacKey(keys[32:64])
        self._origin[_SEED_AT : _SEED_AT + _AES_BLOCK_BYTES] = keys[64:]
        erase(material)
        erase(self._before)
        struct.pack_into("<4s32sI", self._header, 0, MAGIC, ratchet.public, step)
        self._open = True
        self._write = write
        self._hash = hashlib.sha256()
        self._filled = 0
        self._number = 0
        self.written = 0
        self._emit(self._header)

    def put(self, data: "bytes | bytearray | memoryview") -> None:
        """Add plaintext. Allocates nothing while it fits the chunk at hand. What write() raises goes through."""
        size = len(data)
        if size <= CHUNK_BYTES - self._filled:
            self._take(data, size)
            return
        view = memoryview(data)
        taken = 0
        while taken < size:
            if self._filled == CHUNK_BYTES:
                self._seal_chunk(0)
            count = min(size - taken, CHUNK_BYTES - self._filled)
            self._take(view[taken : taken + count], count)
            taken += count

    def finish(self) -> bytes:
        """Write the last chunk, which is not empty; returns the SHA-256 of all that was written. The keys are gone."""
        self._seal_chunk(LAST)
        self.end()
        return self._hash.digest()

    def end(self) -> None:
        """Forget the item's keys, and plaintext that waits; harmless where there is none."""
        if not self._open:
            return
        self._open = False
        self._encrypt(self._view[SIZE_BYTES : SIZE_BYTES + padded_bytes(self._filled)])  # quicker than zeroing it
        self._filled = 0
        self._mac.erase()
        self._encrypt = _nothing
        self._write = _nothing  # or the file would be held open
        erase(self._number_view)
        self._origin[_SEED_AT : _SEED_AT + _AES_BLOCK_BYTES] = bytes(_AES_BLOCK_BYTES)

    def _take(self, data: "bytes | bytearray | memoryview", count: int) -> None:
        start = SIZE_BYTES + self._filled
        self._chunk[start : start + count] = data
        self._filled += count

    def _seal_chunk(self, last: int) -> None:
        size = self._filled
        end = SIZE_BYTES + padded_bytes(size)
        for index in range(SIZE_BYTES + size, end):
            self._chunk[index] = end - SIZE_BYTES - size
        struct.pack_into("<I", self._chunk, 0, size | last)
        struct.pack_into("<I", self._number_view, 0, self._number)
        self._mix(self._mac.code(self._origin))
        self._encrypt(self._view[SIZE_BYTES:end])
        self._before[:] = self._view[end - _AES_BLOCK_BYTES : end]
        self._view[end : end + MAC_BYTES] = self._mac.code(self._header, self._number_view, self._view[:end])
        self._filled = 0
        self._number += 1
        self._emit(self._view[: end + MAC_BYTES])

    def _mix(self, iv: bytes) -> None:
        """Give the next chunk its own IV although the cipher goes on: a new cipher would be a new object each time."""
        for index in range(_AES_BLOCK_BYTES):
            self._chunk[SIZE_BYTES + index] ^= iv[index] ^ self._before[index]

    def _emit(self, data: "bytearray | memoryview") -> None:
        self._hash.update(data)
        self.written += len(data)
        self._write(data)
