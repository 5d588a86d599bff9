"""Reads a combined ESP32 image (boot loader, partition table, application) and checks every sum in it.

Formats: ESP-IDF, "App Image Format" and "Partition Tables". The input may be anything: it is a file from anywhere.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

from host_tools.flashing.errors import ImageCutOff, ImageDamaged, NotAnImage
from host_tools.flashing.partitions import TABLE_AT, TABLE_BYTES, Partition, read_table

MAX_IMAGE_BYTES = 16 << 20  # what boot loaders map without 32-bit addresses

# esp_chip_id_t of ESP-IDF (esp_app_format.h), by the names that esptool prints.
CHIPS = {
    0: "ESP32",
    2: "ESP32-S2",
    5: "ESP32-C3",
    9: "ESP32-S3",
    12: "ESP32-C2",
    13: "ESP32-C6",
    16: "ESP32-H2",
    18: "ESP32-P4",
    20: "ESP32-C61",
    23: "ESP32-C5",
}

_MAGIC = 0xE9
# magic, segments, SPI mode, flash size and speed, entry, WP pin, drive, chip, 3 revisions, reserved, hash appended
_HEADER = struct.Struct("<BBBBIB3sHBHH4sB")
_SEGMENT = struct.Struct("<II")
_MAX_SEGMENTS = 16
_CHECKSUM_SEED = 0xEF
_HASH_BYTES = 32
_FLASH_SIZE_CODES = range(8)  # 1 MB << code, in the high nibble
_ANY_REVISION = 0xFFFF

_DESCRIPTION = struct.Struct("<I4x8x32s32s")  # esp_app_desc_t: magic, secure version, reserved, version, project
_DESCRIPTION_MAGIC = 0xABCD5432


@dataclass(frozen=True)
class Facts:
    """What a sound image says of itself; revisions are 100 × major + minor."""

    chip: str
    min_revision: int
    max_revision: int
    needs_flash_bytes: int
    application: str
    partitions: tuple[Partition, ...]


@dataclass(frozen=True)
class _Part:
    """One ESP image inside the file: a boot loader or an application."""

    chip: str
    min_revision: int
    max_revision: int
    flash_bytes: int
    end: int
    description: str


def inspect(data: bytes, name: str) -> Facts:
    """The facts of a combined image. Raises NotAnImage, ImageCutOff, ImageDamaged, which speak of `name`."""
    if len(data) > MAX_IMAGE_BYTES:
        raise NotAnImage(name, f"it is larger than the {MAX_IMAGE_BYTES} bytes that a board can have")
    loader = _part(data, 0, name, "boot loader")
    if loader.end > TABLE_AT:
        raise NotAnImage(name, "it holds an application alone, without boot loader and partition table")
    if len(data) < TABLE_AT + TABLE_BYTES:
        raise ImageCutOff(name, len(data), TABLE_AT + TABLE_BYTES)
    partitions = read_table(data[TABLE_AT : TABLE_AT + TABLE_BYTES], name)
    application = _application(data, partitions, name)
    if application.chip != loader.chip:
        raise ImageDamaged(name, f"its boot loader is for {loader.chip}, its application for {application.chip}")
    return Facts(
        chip=loader.chip,
        min_revision=max(loader.min_revision, application.min_revision),
        max_revision=min(loader.max_revision, application.max_revision),
        needs_flash_bytes=max(len(data), loader.flash_bytes, *(part.end for part in partitions)),
        application=application.description,
        partitions=partitions,
    )


def _application(data: bytes, partitions: tuple[Partition, ...], name: str) -> _Part:
    """The application that starts first; it has to be in the file and in its partition."""
    places = sorted((part for part in partitions if part.is_application), key=lambda part: part.offset)
    if not places:
        raise NotAnImage(name, "its partition table has no place for an application")
    place = places[0]
    found = _part(data, place.offset, name, "application")
    if found.end > place.end:
        raise ImageDamaged(name, f"its application ends beyond the partition {place.label}")
    return found


def _part(data: bytes, start: int, name: str, what: str) -> _Part:
    """The image that starts at `start`, with its checksum and hash verified."""
    if len(data) < start + _HEADER.size:
        raise ImageCutOff(name, len(data), start + _HEADER.size)
    head = _HEADER.unpack_from(data, start)
    magic, segments, size_code, chip, appended = head[0], head[1], head[3] >> 4, head[7], head[12]
    if magic != _MAGIC:
        raise NotAnImage(name, f"no {what} begins at byte {start}")
    if chip not in CHIPS:
        raise NotAnImage(name, f"its {what} is for a chip with the unknown number {chip}")
    if not 0 < segments <= _MAX_SEGMENTS or size_code not in _FLASH_SIZE_CODES:
        raise NotAnImage(name, f"the header of its {what} makes no sense")
    if appended != 1:  # ESP-IDF appends it by default; without it a flipped bit in a header would go unnoticed
        raise ImageDamaged(name, f"its {what} has no SHA-256 at its end")
    end = _verify_sums(data, start, segments, name, what)
    return _Part(
        chip=CHIPS[chip],
        min_revision=head[9],
        max_revision=head[10] or _ANY_REVISION,  # 0: made before the field existed
        flash_bytes=(1 << 20) << size_code,
        end=end,
        description=_description(data, start),
    )


def _verify_sums(data: bytes, start: int, segments: int, name: str, what: str) -> int:
    """Where the image ends. Raises ImageCutOff, ImageDamaged, NotAnImage."""
    at, checksum = start + _HEADER.size, _CHECKSUM_SEED
    for _ in range(segments):
        if at + _SEGMENT.size > len(data):
            raise ImageCutOff(name, len(data), at + _SEGMENT.size)
        _, length = _SEGMENT.unpack_from(data, at)
        at += _SEGMENT.size
        if at + length > MAX_IMAGE_BYTES:
            raise NotAnImage(name, f"a segment of its {what} is larger than any flash")
        if at + length > len(data):
            raise ImageCutOff(name, len(data), at + length)
        checksum ^= _xor(data[at : at + length])
        at += length
    summed = start + ((at - start) | 15) + 1  # the checksum is the last byte of a block of 16
    end = summed + _HASH_BYTES
    if end > len(data):
        raise ImageCutOff(name, len(data), end)
    if data[summed - 1] != checksum:
        raise ImageDamaged(name, f"the checksum of its {what} is wrong")
    if hashlib.sha256(data[start:summed]).digest() != data[summed:end]:
        raise ImageDamaged(name, f"the SHA-256 of its {what} is wrong")
    return end


def _xor(data: bytes) -> int:
    """All bytes XORed together, by folding one large number in half until a byte is left."""
    size = 1 << max(len(data) - 1, 0).bit_length()
    folded = int.from_bytes(data, "little")
    while size > 1:
        size //= 2
        folded = (folded >> (8 * size)) ^ (folded & ((1 << (8 * size)) - 1))
    return folded


def _description(data: bytes, start: int) -> str:
    """Project and version as the application names itself, printable; empty where it does not."""
    at = start + _HEADER.size + _SEGMENT.size
    if at + _DESCRIPTION.size > len(data):
        return ""
    magic, version, project = _DESCRIPTION.unpack_from(data, at)
    if magic != _DESCRIPTION_MAGIC:
        return ""
    return " ".join(text for text in (_printable(project), _printable(version)) if text)


def _printable(field: bytes) -> str:
    """Text up to its NUL, without what a terminal would obey."""
    return "".join(chr(byte) for byte in field.partition(b"\0")[0] if 0x20 <= byte < 0x7F)
