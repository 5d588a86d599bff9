"""The partition table of an ESP32's flash, as ESP-IDF's "Partition Tables" page has it."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

from host_tools.flashing.errors import ImageDamaged, NotAnImage

TABLE_AT = 0x8000
TABLE_BYTES = 0xC00

_ROW = struct.Struct("<2sBBII16sI")  # magic, type, subtype, offset, size, label, flags
_ROW_MAGIC = b"\xaa\x50"
_SUM_MAGIC = b"\xeb\xeb" + 14 * b"\xff"
_END = _ROW.size * b"\xff"
_APPLICATION = 0


@dataclass(frozen=True)
class Partition:
    """One row; `offset` and `size` in bytes of the chip's flash."""

    label: str
    kind: int
    offset: int
    size: int

    @property
    def end(self) -> int:
        """The first byte behind it."""
        return self.offset + self.size

    @property
    def is_application(self) -> bool:
        """Whether the boot loader may start what is in it."""
        return self.kind == _APPLICATION


def read_table(table: bytes, name: str) -> tuple[Partition, ...]:
    """The rows of a table whose MD5 is right. Raises NotAnImage, ImageDamaged, which speak of `name`."""
    if not table.startswith(_ROW_MAGIC):
        raise NotAnImage(name, f"no partition table begins at byte {TABLE_AT}")
    partitions: list[Partition] = []
    for at in range(0, len(table) - _ROW.size + 1, _ROW.size):
        row = table[at : at + _ROW.size]
        if row.startswith(_SUM_MAGIC):
            if hashlib.md5(table[:at], usedforsecurity=False).digest() != row[len(_SUM_MAGIC) :]:
                raise ImageDamaged(name, "the MD5 of its partition table is wrong")
            return tuple(partitions)
        if row == _END or not row.startswith(_ROW_MAGIC):
            break
        _, kind, _, offset, size, label, _ = _ROW.unpack(row)
        partitions.append(Partition(label.partition(b"\0")[0].decode("ascii", "replace"), kind, offset, size))
    raise ImageDamaged(name, "its partition table has no MD5 at its end")
