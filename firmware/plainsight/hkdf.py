"""HMAC-SHA-256 (RFC 2104) and HKDF (RFC 5869) on hashlib alone, which is what MicroPython has."""

import hashlib

_BLOCK_BYTES = 64
HASH_BYTES = 32
_MOST_BLOCKS = 255


class Hmac:
    """HMAC-SHA-256 that takes its message in pieces; the key is not kept."""

    def __init__(self, key: bytes | bytearray | memoryview):
        block = bytearray(_BLOCK_BYTES)
        if len(key) > _BLOCK_BYTES:
            key = hashlib.sha256(key).digest()
        block[: len(key)] = key
        _mask(block, 0x36)
        self._inner = hashlib.sha256(block)
        _mask(block, 0x36 ^ 0x5C)
        self._outer = hashlib.sha256(block)
        _mask(block, 0, 0)

    def update(self, data: bytes | bytearray | memoryview) -> None:
        """Add bytes to the message."""
        self._inner.update(data)

    def digest(self) -> bytes:
        """The 32-byte code; ask once, at the end."""
        self._outer.update(self._inner.digest())
        return self._outer.digest()


class HmacKey:
    """A key for many codes: it is kept, in the form that each code begins with, until `erase`."""

    def __init__(self, key: bytes | bytearray | memoryview):
        """At most 64 bytes of key."""
        self._inner = bytearray(_BLOCK_BYTES)
        self._inner[: len(key)] = key
        self._outer = bytearray(self._inner)
        _mask(self._inner, 0x36)
        _mask(self._outer, 0x5C)

    def code(self, *parts: bytes | bytearray | memoryview) -> bytes:
        """HMAC-SHA-256 of the parts in a row, 32 bytes."""
        inner = hashlib.sha256(self._inner)
        for part in parts:
            inner.update(part)
        outer = hashlib.sha256(self._outer)
        outer.update(inner.digest())
        return outer.digest()

    def erase(self) -> None:
        """Forget the key."""
        _mask(self._inner, 0, 0)
        _mask(self._outer, 0, 0)


def hmac_sha256(key: bytes | bytearray, message: bytes | bytearray) -> bytes:
    """HMAC-SHA-256 of one message, 32 bytes."""
    code = Hmac(key)
    code.update(message)
    return code.digest()


def extract(salt: bytes, secret: bytes | bytearray) -> bytes:
    """HKDF-Extract: a 32-byte key from a secret that need not be uniform."""
    return hmac_sha256(salt, secret)


def expand_into(out: bytearray, key: bytes | bytearray, info: bytes) -> None:
    """HKDF-Expand: fill `out` from a 32-byte key. Raises ValueError beyond 255 * 32 bytes."""
    if len(out) > _MOST_BLOCKS * HASH_BYTES:
        raise ValueError(len(out))
    block = b""
    done = 0
    counter = 1
    while done < len(out):
        block = hmac_sha256(key, block + info + bytes((counter,)))
        taken = min(HASH_BYTES, len(out) - done)
        out[done : done + taken] = block[:taken]
        done += taken
        counter += 1


def _mask(block: bytearray, value: int, keep: int = 0xFF) -> None:
    for index in range(len(block)):
        block[index] = (block[index] & keep) ^ value
