"""The home of promise 4's arithmetic: one key agreement per boot, one key per item, and no way back.

A sealed item, little-endian:
    "PSI1" | boot public key 32 | step u32 | meta length u16 | JPEG length u32
    | AES-256-CBC of (meta JSON || JPEG), PKCS#7 | HMAC-SHA-256 of all before
Keys: K0 = HKDF(X25519(boot private, owner public)); per item 80 bytes = Expand(K, "item"), then K = Expand(K, "next").

Secrets are overwritten as soon as they have been used. Big integers and the cipher's own state can't be: they are gone
with the memory at power-off, and none of them is ever written to flash.
"""

import hashlib
import struct

from plainsight import compat, hkdf, x25519
from plainsight.compat import const

MAGIC = b"PSI1"
_HEADER = "<4s32sIHI"
HEADER_BYTES = const(46)
MAC_BYTES = const(32)
_AES_BLOCK_BYTES = const(16)
_CHUNK_BYTES = const(1024)  # a multiple of the AES block; the only buffer the sealed copy needs
_ITEM_KEY_BYTES = const(80)  # AES-256 key 32, MAC key 32, IV 16

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

if compat.MICROPYTHON:
    import cryptolib

    _MODE_CBC = const(2)

    def _cbc(key: memoryview, iv: memoryview) -> "Callable[[memoryview], None]":
        """An in-place AES-256-CBC encryptor."""
        cipher = cryptolib.aes(key, _MODE_CBC, iv)

        def encrypt(block: memoryview) -> None:
            cipher.encrypt(block, block)

        return encrypt

else:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    def _cbc(key: memoryview, iv: memoryview) -> "Callable[[memoryview], None]":
        """An in-place AES-256-CBC encryptor."""
        cipher = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()

        def encrypt(block: memoryview) -> None:
            block[:] = cipher.update(block)

        return encrypt


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


def sealed_bytes(meta_bytes: int, jpeg_bytes: int) -> int:
    """The size of a sealed item."""
    plain = meta_bytes + jpeg_bytes
    return HEADER_BYTES + plain + _AES_BLOCK_BYTES - plain % _AES_BLOCK_BYTES + MAC_BYTES


def seal(
    write: "Callable[[bytes | memoryview], object]", ratchet: Ratchet, meta: bytes, jpeg: bytes | bytearray
) -> bytes:
    """Write one sealed item through write(bytes) in small pieces; returns the SHA-256 of all that was written."""
    step, material = ratchet.next()
    out = _Output(write, material)
    erase(material)
    out.clear(struct.pack(_HEADER, MAGIC, ratchet.public, step, len(meta), len(jpeg)))
    out.secret(meta)
    out.secret(jpeg)
    return out.close()


def erase(secret: bytearray) -> None:
    """Overwrite a secret in place."""
    for index in range(len(secret)):
        secret[index] = 0


class _Output:
    """Encrypts, authenticates, hashes and writes in one pass through one small buffer."""

    def __init__(self, write: "Callable[[bytes | memoryview], object]", material: bytearray):
        self._write = write
        keys = memoryview(material)  # slices of it are no copies that would outlive `erase`
        self._encrypt = _cbc(keys[:32], keys[64:80])
        self._mac = hkdf.Hmac(keys[32:64])
        self._hash = hashlib.sha256()
        self._chunk = bytearray(_CHUNK_BYTES)
        self._filled = 0

    def clear(self, data: bytes | memoryview) -> None:
        """Authenticated, not encrypted."""
        self._mac.update(data)
        self._emit(data)

    def secret(self, data: bytes | bytearray) -> None:
        """Encrypted and authenticated."""
        view = memoryview(data)
        taken = 0
        while taken < len(data):
            size = min(len(data) - taken, _CHUNK_BYTES - self._filled)
            self._chunk[self._filled : self._filled + size] = view[taken : taken + size]
            self._filled += size
            taken += size
            if self._filled == _CHUNK_BYTES:
                self._flush()

    def close(self) -> bytes:
        """Pad, append the MAC; returns the SHA-256 of everything."""
        padding = _AES_BLOCK_BYTES - self._filled % _AES_BLOCK_BYTES
        self._chunk[self._filled : self._filled + padding] = bytes((padding,)) * padding
        self._filled += padding
        self._flush()
        self._emit(self._mac.digest())
        return self._hash.digest()

    def _flush(self) -> None:
        block = memoryview(self._chunk)[: self._filled]
        self._encrypt(block)
        self._filled = 0
        self.clear(block)

    def _emit(self, data: bytes | memoryview) -> None:
        self._hash.update(data)
        self._write(data)
