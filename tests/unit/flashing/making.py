"""Makes images as ESP-IDF's documents describe them, sound or wrong in one place, without the code that reads them."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile

S3 = 9
C3 = 5
APPLICATION_AT = 0x10000
TABLE_AT = 0x8000


def part(
    *,
    chip: int = S3,
    segments: tuple[bytes, ...] = (b"code" * 64,),
    size_code: int = 2,
    hashed: bool = True,
    checksum: int | None = None,
    revisions: tuple[int, int] = (0, 0xFFFF),
) -> bytes:
    """One ESP image; `size_code`: flash size as 1 MB << code; `checksum` in place of the right one."""
    head = struct.pack(
        "<BBBBIB3sHBHH4sB",
        0xE9,
        len(segments),
        2,
        size_code << 4,
        0x40380000,
        0xEE,
        b"",
        chip,
        0,
        *revisions,
        b"",
        hashed,
    )
    body, summed = head, 0xEF
    for segment in segments:
        body += struct.pack("<II", 0x3C000000, len(segment)) + segment
        for byte in segment:
            summed ^= byte
    body += bytes(15 - len(body) % 16) + bytes([summed if checksum is None else checksum])
    return body + hashlib.sha256(body).digest() if hashed else body


def description(project: bytes = b"micropython", version: bytes = b"v1.27.0") -> bytes:
    """The first segment of an application: esp_app_desc_t."""
    return struct.pack("<I4x8x32s32s", 0xABCD5432, version, project).ljust(256, b"\0")


def table(
    rows: tuple[tuple[int, int, int, bytes], ...] = (
        (1, 0x9000, 0x6000, b"nvs"),
        (0, APPLICATION_AT, 0x1F0000, b"factory"),
    ),
    *,
    md5: bytes | None = None,
) -> bytes:
    """A partition table of (type, offset, size, label); `md5` in place of the right one."""
    text = b"".join(
        struct.pack("<2sBBII16sI", b"\xaa\x50", kind, 0, offset, size, label, 0) for kind, offset, size, label in rows
    )
    text += b"\xeb\xeb" + 14 * b"\xff" + (md5 or hashlib.md5(text).digest())
    return text.ljust(0xC00, b"\xff")


def image(
    *, loader: bytes | None = None, partitions: bytes | None = None, application: bytes | None = None, chip: int = S3
) -> bytes:
    """A whole combined image, as MicroPython publishes it."""
    loader = loader or part(chip=chip)
    whole = loader.ljust(TABLE_AT, b"\xff") + (partitions or table())
    return whole.ljust(APPLICATION_AT, b"\xff") + (
        application or part(chip=chip, segments=(description(), b"x" * 5000))
    )


def zipped(content: bytes, name: str = "firmware.bin", packing: int = zipfile.ZIP_DEFLATED, **others: bytes) -> bytes:
    """An archive as releases publish it, or packed in another way."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        archive.writestr(name, content)
        for other, data in others.items():
            archive.writestr(other, data)
    return file.getvalue()
