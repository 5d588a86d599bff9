"""Sealed blobs as files: which there are, how much of one is whole. Nothing here needs or has a key."""

import binascii
import hashlib
import struct

from plainsight import files, seal
from plainsight.compat import const

BLOB = ".psi"
THUMB = ".thm"
_PIECE_BYTES = const(4096)
_STEP_BYTES = const(65536)

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


class Whole:
    """The hash of a blob up to its last whole chunk, step by step: at 1 MB/s a clip of a minute takes 12 s."""

    def __init__(self, path: str):
        """Raises OSError."""
        self.path = path
        self.size, self.ended = whole_bytes(path)
        self._at = 0
        self._digest = hashlib.sha256()

    def step(self) -> bool:
        """Read on, some 60 ms long; True when all was read. Raises OSError."""
        piece = memoryview(bytearray(_PIECE_BYTES))
        end = min(self.size, self._at + _STEP_BYTES)
        with open(self.path, "rb") as file:
            file.seek(self._at)
            while self._at < end:
                count = file.readinto(piece[: min(end - self._at, _PIECE_BYTES)])
                if not count:
                    raise OSError("short read")
                self._digest.update(piece[:count])
                self._at += count
        return self._at == self.size

    def sha256(self) -> str:
        """The hash in hex, whatever is left to read first; once. Raises OSError."""
        while not self.step():
            pass
        return binascii.hexlify(self._digest.digest()).decode()


def remove(folder: str, name: str) -> None:
    """Erase blob and thumbnail of the item whose files have this name before the ending."""
    for ending in (THUMB, BLOB):
        files.remove(folder + "/" + name + ending)
