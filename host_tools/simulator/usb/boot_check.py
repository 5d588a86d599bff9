"""What the ESP32-S3 does with the program in its flash: which application it would start, or why none.

The chip's ROM checks the boot loader, the boot loader the partition table and the application; each with the words
of its own (ESP32-S3 ROM; ESP-IDF components/bootloader_support, esp_image_format.c and bootloader_utility.c).
"""

from __future__ import annotations

import hashlib
import struct

from host_tools.simulator.usb.stand_in_image import APPLICATION_AT, PARTITION_TABLE_AT, checksum

_MAGIC, _ESP32_S3 = 0xE9, 9
_HEADER = struct.Struct("<BBBBIB3xHBHH4xB")
_SEGMENT = struct.Struct("<II")
_DESCRIPTION = struct.Struct("<II8x32s32s")
_DESCRIPTION_MAGIC = 0xABCD5432
_NOT_BOOTABLE = (
    "E (52) boot: Factory app partition is not bootable",
    "E (57) boot: No bootable app partitions in the partition table",
)


class NotBootable(Exception):
    """The chip starts nothing; `lines` is what its console says."""

    def __init__(self, *lines: str) -> None:
        super().__init__(lines[0])
        self.lines = lines


def application_of(program: bytes) -> str:
    """The name of the application that starts; raises NotBootable."""
    try:
        _verify(program, 0)
    except _BadImage as bad:
        word = int.from_bytes(program[:4].ljust(4, b"\xff"), "little")
        raise NotBootable(bad.rom.format(word)) from None
    if program[PARTITION_TABLE_AT : PARTITION_TABLE_AT + 2] != b"\xaa\x50":
        raise NotBootable(
            "E (44) flash_parts: partition 0 invalid magic number", "E (49) boot: Failed to verify partition table"
        )
    try:
        _verify(program, APPLICATION_AT)
    except _BadImage as bad:
        raise NotBootable("E (47) esp_image: " + bad.loader.format(APPLICATION_AT), *_NOT_BOOTABLE) from None
    magic, _, _, name = _DESCRIPTION.unpack_from(program, APPLICATION_AT + _HEADER.size + _SEGMENT.size)
    return name.rstrip(b"\0").decode(errors="replace") if magic == _DESCRIPTION_MAGIC else ""


class _BadImage(Exception):
    """`rom` and `loader`: what either of them says of it."""

    def __init__(self, rom: str, loader: str) -> None:
        super().__init__(loader)
        self.rom = rom
        self.loader = loader


def _verify(program: bytes, start: int) -> None:
    """Check one image: header, checksum and SHA-256. Raises _BadImage."""
    if len(program) < start + _HEADER.size:
        raise _BadImage("invalid header: 0x{:08x}", "image at 0x{:x} has invalid magic byte (nothing flashed here?)")
    header = _HEADER.unpack_from(program, start)
    magic, segments, chip, hashed = header[0], header[1], header[6], header[10]
    if magic != _MAGIC or chip != _ESP32_S3:
        raise _BadImage("invalid header: 0x{:08x}", "image at 0x{:x} has invalid magic byte (nothing flashed here?)")
    at, found = start + _HEADER.size, checksum(b"")
    for _ in range(segments):
        _, length = _SEGMENT.unpack_from(program.ljust(at + _SEGMENT.size, b"\xff"), at)
        at += _SEGMENT.size
        if at + length > len(program):
            raise _BadImage(f"invalid segment length 0x{length:x}", f"invalid segment length 0x{length:x}")
        found = checksum(program[at : at + length], found)
        at += length
    summed = start + (at - start) // 16 * 16 + 16
    written = program[summed - 1 : summed]
    if written != bytes((found,)):
        read = written[0] if written else 0xFF
        raise _BadImage(
            f"csum err:0x{found:02x}!=0x{read:02x}", f"Checksum failed. Calculated 0x{found:x} read 0x{read:x}"
        )
    if hashed and hashlib.sha256(program[start:summed]).digest() != program[summed : summed + 32]:
        raise _BadImage("sha256 mismatch", "Image hash failed - image is corrupt")
