"""A release as one file, read in pieces; no length in it is believed before it is bounded.

"PSU1" | u32 signature bytes | u32 manifest bytes | signature | manifest | the files, in the manifest's order
"""

import hashlib
import struct

from plainsight.update.errors import BadRelease
from plainsight.update.manifest import MAX_MANIFEST_BYTES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import BinaryIO

MAGIC = b"PSU1"
HEAD_BYTES = 12
PIECE_BYTES = 4096  # read, hashed and written between two looks at other tasks
_MAX_SIGNATURE_BYTES = 8192


class Head:
    """What stands before the files; nothing of it is verified yet. `bodies_at` is where the files begin."""

    def __init__(self, signature: bytes, manifest: bytes):
        self.signature = signature
        self.manifest = manifest
        self.bodies_at = HEAD_BYTES + len(signature) + len(manifest)


def pack_head(signature: bytes, manifest: bytes) -> bytes:
    """The bytes before the files."""
    return MAGIC + struct.pack("<II", len(signature), len(manifest)) + signature + manifest


def read_head(file: "BinaryIO", size: int) -> Head:
    """Signature and manifest of a bundle of `size` bytes. Raises BadRelease, OSError."""
    head = file.read(HEAD_BYTES)
    if len(head) != HEAD_BYTES or head[:4] != MAGIC:
        raise BadRelease("no_release")
    signature_bytes, manifest_bytes = struct.unpack("<II", head[4:])
    if not 0 < signature_bytes <= _MAX_SIGNATURE_BYTES or not 0 < manifest_bytes <= MAX_MANIFEST_BYTES:
        raise BadRelease("bad_length")
    if HEAD_BYTES + signature_bytes + manifest_bytes > size:
        raise BadRelease("cut_off")
    signature = file.read(signature_bytes)
    manifest = file.read(manifest_bytes)
    if len(signature) != signature_bytes or len(manifest) != manifest_bytes:
        raise BadRelease("cut_off")
    return Head(signature, manifest)


async def copy(
    source: "BinaryIO", size: int, write: "Callable[[memoryview], object]", pause: "Callable[[], Awaitable[None]]"
) -> bytes:
    """Hand the next `size` bytes to `write` in pieces; their SHA-256. Raises BadRelease where they end too early."""
    digest = hashlib.sha256()
    piece = memoryview(bytearray(min(PIECE_BYTES, size)))
    while size:
        count = source.readinto(piece[: min(len(piece), size)])
        if not count:
            raise BadRelease("cut_off")
        digest.update(piece[:count])
        write(piece[:count])
        size -= count
        await pause()
    return digest.digest()
