"""From hostile bytes to a bounded, upright RGB picture."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

from companion_app.seeing.errors import AnswersNotInstalled, NotAPicture, PictureTooLarge

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

MAX_BYTES = 16 << 20
MAX_SIDE_PX = 10_000
MAX_PIXELS = 24_000_000
WORKING_SIDE_PX = 1600
_MIN_SIDE_PX = 32
_FORMATS = ("JPEG", "PNG", "WEBP")


def decode(content: bytes, longest_px: int = WORKING_SIDE_PX) -> Image.Image:
    """An upright RGB picture, sides 32–`longest_px`. Raises NotAPicture; PictureTooLarge before a pixel is decoded."""
    if len(content) > MAX_BYTES:
        raise PictureTooLarge("bytes", len(content), MAX_BYTES)
    try:
        with warnings.catch_warnings():
            # Pillow's own bomb check warns at its limit; ours below is stricter and refuses.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
                return _bounded(picture, longest_px)
    except Image.DecompressionBombError as error:
        raise PictureTooLarge("pixels", MAX_PIXELS + 1, MAX_PIXELS) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise NotAPicture("truncated or damaged") from error


def _bounded(picture: Image.Image, longest_px: int) -> Image.Image:
    width, height = picture.size
    if max(width, height) > MAX_SIDE_PX:
        raise PictureTooLarge("side", max(width, height), MAX_SIDE_PX)
    if width * height > MAX_PIXELS:
        raise PictureTooLarge("pixels", width * height, MAX_PIXELS)
    picture.draft("RGB", (longest_px, longest_px))
    upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((longest_px, longest_px))
    # Some detectors fail on slivers; a dark border changes nothing that they look for.
    return ImageOps.pad(upright, _at_least(upright.size), color=0) if min(upright.size) < _MIN_SIDE_PX else upright


def _at_least(size: tuple[int, int]) -> tuple[int, int]:
    return max(size[0], _MIN_SIDE_PX), max(size[1], _MIN_SIDE_PX)


def pixels(picture: Image.Image) -> Pixels:
    """Height × width × RGB, 0–255. Raises AnswersNotInstalled."""
    try:
        import numpy as np
    except ImportError as error:
        raise AnswersNotInstalled("numpy") from error
    return np.asarray(picture)
