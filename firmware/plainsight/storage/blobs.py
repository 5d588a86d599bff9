"""Sealed blobs as files: which there are, how much of one is whole. Nothing here needs or has a key."""

import binascii
import hashlib
import struct

from plainsight import files, seal
from plainsight.compat import const

BLOB = ".psi"
THUMB = ".thm"
_PIECE_BYTES = const(4096)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO


def whole_bytes(path: str) -> "tuple[int, bool]":
    """(bytes up to the last whole chunk, whether that is the item's last one); (0, False) where there is none."""
    size = files.size(path) or 0
    if size <= seal.HEADER_BYTES:
        return 0, False
    with open(path, "rb") as file:
        if file.read(seal.HEADER_BYTES)[: len(seal.MAGIC)] != seal.MAGIC:
            return 0, False
        return _walk(file, size)


def _walk(file: "BinaryIO", size: int) -> "tuple[int, bool]":
    end = seal.HEADER_BYTES
    last = False
    head = bytearray(seal.SIZE_BYTES)
    while not last and end + seal.SIZE_BYTES <= size:
        file.seek(end)
        file.readinto(head)
        stated = struct.unpack("<I", head)[0]
        plain = stated & ~seal.LAST
        if not 0 < plain <= seal.CHUNK_BYTES or end + seal.chunk_bytes(plain) > size:
            break
        last = stated != plain
        end += seal.chunk_bytes(plain)
    return (end, last) if end > seal.HEADER_BYTES else (0, False)


def sha256(path: str, size: int) -> str:
    """Hash of the first `size` bytes, in hex; reads all of them: at 1 MB/s a clip of 5 MB takes 5 s, once, at boot."""
    digest = hashlib.sha256()
    piece = memoryview(bytearray(_PIECE_BYTES))
    with open(path, "rb") as file:
        while size > 0:
            count = file.readinto(piece[: min(size, _PIECE_BYTES)])
            if not count:
                raise OSError("short read")
            digest.update(piece[:count])
            size -= count
    return binascii.hexlify(digest.digest()).decode()


def remove(folder: str, name: str) -> None:
    """Erase blob and thumbnail of the item whose files have this name before the ending."""
    for ending in (THUMB, BLOB):
        files.remove(folder + "/" + name + ending)
