"""Verifies LMS signatures (RFC 8554, SHA-256): nothing but hash chains, in slices that hold nobody up.

Why this scheme: docs/updates.md. One tree, no hierarchy; which height and width is said by the key, never by the
signature.
"""

import hashlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

KEY_BYTES = 56  # u32 type of the tree, u32 type of the one-time signatures, identifier 16, root 32
_HASH_BYTES = 32
_HEIGHTS = {5: 5, 6: 10}  # LMS_SHA256_M32_H5 and _H10
_CHAINS = {3: (4, 67, 4), 4: (8, 34, 0)}  # LMOTS_SHA256_N32_W4 and _W8: bits of a digit, chains, shift of the checksum
_PUBLIC = b"\x80\x80"
_MESSAGE = b"\x81\x81"
_LEAF = b"\x82\x82"
_INNER = b"\x83\x83"
_CHAINS_AT = 40  # u32 number of the one-time key, u32 type, randomizer 32


def signature_bytes(key: bytes) -> int:
    """How long a signature under this public key is; 0 where it is no key that this code knows."""
    tree = int.from_bytes(key[:4], "big")
    one_time = int.from_bytes(key[4:8], "big")
    if len(key) != KEY_BYTES or tree not in _HEIGHTS or one_time not in _CHAINS:
        return 0
    return _CHAINS_AT + _HASH_BYTES * _CHAINS[one_time][1] + 4 + _HASH_BYTES * _HEIGHTS[tree]


async def verify(key: bytes, message: bytes, signature: bytes, pause: "Callable[[], Awaitable[None]]") -> bool:
    """True where `signature` is one of `message` under the public `key`; awaits pause() after each hash chain."""
    if not 0 < signature_bytes(key) == len(signature):
        return False
    width, chains, shift = _CHAINS[int.from_bytes(key[4:8], "big")]
    height = _HEIGHTS[int.from_bytes(key[:4], "big")]
    path_at = _CHAINS_AT + _HASH_BYTES * chains + 4
    number = int.from_bytes(signature[:4], "big")
    if number >> height or signature[4:8] != key[4:8] or signature[path_at - 4 : path_at] != key[:4]:
        return False
    prefix = key[8:24] + signature[:4]
    digest = hashlib.sha256(prefix + _MESSAGE + signature[8:_CHAINS_AT])
    digest.update(message)
    leaf = await _one_time_key(prefix, digits(digest.digest(), width, shift), signature, width, pause)
    return _root(key[8:24], number + (1 << height), leaf, signature, path_at) == key[24:]


def digits(digest: bytes, width: int, shift: int) -> list[int]:
    """A digest in digits of `width` bits, then the digits of its checksum, which falls where a digit rises."""
    top = (1 << width) - 1
    found = _split(digest, width)
    checksum = (sum([top - digit for digit in found]) << shift).to_bytes(2, "big")
    return found + _split(checksum, width)[: 3 if width == 4 else 2]


def _split(data: bytes, width: int) -> list[int]:
    if width == 8:
        return list(data)
    halves: list[int] = []
    for byte in data:
        halves.append(byte >> 4)
        halves.append(byte & 15)
    return halves


async def _one_time_key(
    prefix: bytes, starts: list, signature: bytes, width: int, pause: "Callable[[], Awaitable[None]]"
) -> bytes:
    """Run each chain from its digit to its end: the one-time public key that the signature stands for."""
    key = hashlib.sha256(prefix + _PUBLIC)
    block = bytearray(prefix + bytes(3 + _HASH_BYTES))  # …, u16 chain, u8 step, value
    value = memoryview(block)[23:]
    top = (1 << width) - 1
    at = _CHAINS_AT
    for chain, start in enumerate(starts):
        block[21] = chain
        value[:] = signature[at : at + _HASH_BYTES]
        for step in range(start, top):
            block[22] = step
            value[:] = hashlib.sha256(block).digest()
        key.update(value)
        at += _HASH_BYTES
        await pause()
    return key.digest()


def _root(identifier: bytes, node: int, leaf: bytes, signature: bytes, at: int) -> bytes:
    """Climb from a leaf to the root along the path in the signature."""
    value = hashlib.sha256(identifier + node.to_bytes(4, "big") + _LEAF + leaf).digest()
    while node > 1:
        beside = signature[at : at + _HASH_BYTES]
        pair = beside + value if node & 1 else value + beside
        node >>= 1
        value = hashlib.sha256(identifier + node.to_bytes(4, "big") + _INNER + pair).digest()
        at += _HASH_BYTES
    return value
