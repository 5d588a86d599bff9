"""Small pictures for the wall of the gallery, for photographs whose glasses sent none."""

from __future__ import annotations

import io

from PIL import Image, UnidentifiedImageError

from companion_app.gallery.errors import CannotOpen
from companion_app.gallery.jpeg import jpeg_size

_LONGEST_PX = 320
_QUALITY = 80


def make_thumb(jpeg: bytes) -> bytes:
    """A JPEG of at most 320 px a side. Raises CannotOpen("not_a_picture")."""
    jpeg_size(jpeg)
    try:
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as image:
            image.draft("RGB", (_LONGEST_PX, _LONGEST_PX))
            small = image.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise CannotOpen("not_a_picture") from error
    small.thumbnail((_LONGEST_PX, _LONGEST_PX))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
