"""Takes the one image out of the archive that a release publishes; the archive may be anything."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib

from host_tools.flashing.errors import ImageDamaged, NotAnImage
from host_tools.flashing.image import MAX_IMAGE_BYTES

_ZIP = b"PK"
_ENDING = ".bin"
_ENCRYPTED = 0x1
# What zipfile and the four ways of packing that it knows raise for bytes that make no sense.
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(EOFError, NotImplementedError, OSError, ValueError),
)


def unpacked(content: bytes, name: str, member: str | None = None) -> bytes:
    """The image in a zip archive, or `content` itself where it is none. Raises NotAnImage, ImageDamaged."""
    if not content.startswith(_ZIP):
        return content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = _member(archive, name, member)
            with archive.open(found) as file:
                image = file.read(MAX_IMAGE_BYTES + 1)  # the size in the directory is only a claim
    except _UNREADABLE as error:
        raise ImageDamaged(name, f"its archive can't be unpacked ({error})") from error
    if len(image) > MAX_IMAGE_BYTES:
        raise NotAnImage(name, f"what is in it is larger than the {MAX_IMAGE_BYTES} bytes that a board can have")
    return image


def _member(archive: zipfile.ZipFile, name: str, member: str | None) -> zipfile.ZipInfo:
    images = [row for row in archive.infolist() if row.filename.endswith(_ENDING)]
    named = [row for row in images if row.filename.rpartition("/")[2] == member]
    chosen = named or images
    if len(chosen) != 1:
        raise NotAnImage(name, f"its archive holds {len(chosen)} files that end with {_ENDING}; unpack the right one")
    if chosen[0].flag_bits & _ENCRYPTED:
        raise NotAnImage(name, "its archive is encrypted")
    return chosen[0]
