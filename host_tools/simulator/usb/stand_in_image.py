"""A stand-in for the image that the vendor publishes: whole by every sum of the format, but no chip could run it.

Layout as MicroPython's own for 8 MiB: boot loader at 0, partition table at 0x8000, application at 0x10000. Formats:
ESP-IDF programming guide, "App Image Format", "Partition Tables" and esp_app_desc_t. It says of itself that it is
simulated, and its name is what the virtual board does when it boots it.
"""

from __future__ import annotations

import hashlib
import struct
from array import array
from functools import cache

PARTITION_TABLE_AT = 0x8000
APPLICATION_AT = 0x10000
VERSION = "simulated"

_MAGIC = 0xE9
_CHECKSUM_SEED = 0xEF
_DIO = 2
_8_MIB_80_MHZ = 0x3F
_ESP32_S3 = 9
_NO_WP_PIN = 0xEE
_ANY_REVISION = 99 * 100 + 99  # major and minor, as ESP-IDF writes "no limit"
_HEADER = struct.Struct("<BBBBIB3xHBHH4xB")
_SEGMENT = struct.Struct("<II")
_DROM = 0x3C000020  # where an application's first segment is mapped
_DRAM = 0x3FCE3808  # where ESP-IDF's boot loader goes
_ENTRY = 0x403C98D0
_DESCRIPTION = struct.Struct("<II8x32s32s16s16s32s32s80x")  # esp_app_desc_t
_DESCRIPTION_MAGIC = 0xABCD5432
_PARTITION = struct.Struct("<HBBII16sI")
_PARTITION_MAGIC = 0x50AA
_TABLE_BYTES = 0xC00
_PARTITIONS = (
    ("nvs", 1, 2, 0x9000, 0x6000),
    ("phy_init", 1, 1, 0xF000, 0x1000),
    ("factory", 0, 0, 0x10000, 0x1F0000),
    ("vfs", 1, 0x81, 0x200000, 0x600000),
)
_BODY_BYTES = 256 * 1024


@cache
def stand_in_image(name: str = "micropython") -> bytes:
    """The combined image, to be written at 0; `name`: "micropython", or "plainsight" (with the glasses' firmware)."""
    loader = _image(_DRAM, b"simulated boot loader".ljust(64, b"\0"))
    application = _image(_DROM, _description(name) + _incompressible(_BODY_BYTES))
    image = loader.ljust(PARTITION_TABLE_AT, b"\xff") + _table()
    return image.ljust(APPLICATION_AT, b"\xff") + application


def _image(address: int, content: bytes) -> bytes:
    """One image with one segment, its checksum and its SHA-256."""
    header = _HEADER.pack(
        *(_MAGIC, 1, _DIO, _8_MIB_80_MHZ, _ENTRY, _NO_WP_PIN),
        *(_ESP32_S3, 0, 0, _ANY_REVISION, 1),
    )
    body = header + _SEGMENT.pack(address, len(content)) + content
    padding = 15 - len(body) % 16  # the checksum is the last byte of a row of 16
    summed = body + bytes(padding) + bytes((checksum(content),))
    return summed + hashlib.sha256(summed).digest()


def checksum(content: bytes, before: int = _CHECKSUM_SEED) -> int:
    """All bytes XORed together, as the format wants it; `before`: the checksum of what comes before them."""
    folded = 0
    for word in array("Q", content.ljust(-(-len(content) // 8) * 8, b"\0")):  # a word at a time: images are large
        folded ^= word
    for byte in folded.to_bytes(8, "little"):
        before ^= byte
    return before


def _description(name: str) -> bytes:
    texts = (VERSION, name, "", "", "", "")
    return _DESCRIPTION.pack(_DESCRIPTION_MAGIC, 0, *(text.encode() for text in texts))


def _table() -> bytes:
    rows = b"".join(
        _PARTITION.pack(_PARTITION_MAGIC, kind, subtype, offset, size, label.encode(), 0)
        for label, kind, subtype, offset, size in _PARTITIONS
    )
    sealed = rows + b"\xeb\xeb" + b"\xff" * 14 + hashlib.md5(rows, usedforsecurity=False).digest()
    return sealed.ljust(_TABLE_BYTES, b"\xff")


def _incompressible(count: int) -> bytes:
    """The same bytes each time, and as many on the wire as in the flash."""
    rows = (hashlib.sha256(struct.pack("<I", number)).digest() for number in range(count // 32))
    return b"".join(rows)
