"""What is asked of a JPEG without decoding it."""

from __future__ import annotations

import io

from PIL import Image, UnidentifiedImageError

from companion_app.gallery.errors import CannotOpen

_MAX_SIDE_PX = 4096


def jpeg_size(jpeg: bytes) -> tuple[int, int]:
    """Width and height (px) from the header. Raises CannotOpen("not_a_picture")."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as image:
            size = image.size
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise CannotOpen("not_a_picture") from error
    if not 1 <= min(size) <= max(size) <= _MAX_SIDE_PX:
        raise CannotOpen("not_a_picture")
    return size
