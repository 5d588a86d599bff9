"""What stands in front of the lens: any JPEG, PNG or WebP, or a test pattern; and the frame a sensor makes of it."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

_FORMATS = ("JPEG", "PNG", "WEBP")
_MAX_FILE_BYTES = 64 * 1024 * 1024
_MAX_PIXELS = 120_000_000
_WORKING_SIZE = (3200, 2400)  # twice the sensor's largest frame is all the detail it can see
_NOISE_LEVELS = 2  # read noise of the sensor, in steps of 8 bits
_LOWEST_QUALITY = 10


class NotAPicture(Exception):
    """The file or the bytes are not a whole JPEG, PNG or WebP."""


class PictureTooLarge(Exception):
    """More than 64 MiB or 120 million pixels; carries what it has."""

    def __init__(self, count: int, unit: str) -> None:
        super().__init__(f"{count} {unit}")
        self.count = count
        self.unit = unit


def load_picture(source: Path | str | bytes | Image.Image) -> Image.Image:
    """The upright RGB picture; raises NotAPicture, PictureTooLarge or FileNotFoundError."""
    if isinstance(source, Image.Image):
        _check_pixels(source)
        return _prepared(source)
    data = source if isinstance(source, bytes) else _read(Path(source))
    if len(data) > _MAX_FILE_BYTES:
        raise PictureTooLarge(len(data), "bytes")
    try:
        # Pillow warns long before our own limit.
        with warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning):
            opened = Image.open(io.BytesIO(data), formats=_FORMATS)
        with opened as picture:
            _check_pixels(picture)
            picture.load()
            return _prepared(picture)
    except Image.DecompressionBombError as error:
        raise PictureTooLarge(len(data), "bytes, and far more when unpacked") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise NotAPicture(str(error)) from error


def colour_bars() -> Image.Image:
    """What is there before anybody shows anything: colour bars over a ramp."""
    colours = (
        (235, 235, 235),
        (235, 235, 16),
        (16, 235, 235),
        (16, 235, 16),
        (235, 16, 235),
        (235, 16, 16),
        (16, 16, 235),
    )
    pattern = np.zeros((480, 640, 3), np.uint8)
    for index, colour in enumerate(colours):
        pattern[:360, index * 640 // 7 : (index + 1) * 640 // 7] = colour
    pattern[360:] = np.linspace(0, 255, 640, dtype=np.uint8)[None, :, None]
    return Image.fromarray(pattern)


class Scene:
    """One picture in front of the lens, rendered at the sensor's sizes."""

    def __init__(self, picture: Image.Image) -> None:
        self._picture = picture
        self._frames: dict[tuple[int, int], np.ndarray[tuple[int, ...], np.dtype[np.int16]]] = {}

    def frame(self, size: tuple[int, int], quality: int, brightness: float, random: np.random.Generator) -> bytes:
        """One JPEG of `size`, no longer than the driver's buffer (width * height // 5), with fresh sensor noise.

        A real OV2640 whose JPEG outgrows the buffer loses the frame; here the quality gives way instead.
        """
        if size not in self._frames:
            fitted = ImageOps.fit(self._picture, size, Image.Resampling.BILINEAR)
            self._frames[size] = np.asarray(fitted, np.int16)
        exposed = self._frames[size] * brightness
        noise = random.integers(-_NOISE_LEVELS, _NOISE_LEVELS + 1, exposed.shape, np.int8)
        image = Image.fromarray(np.clip(exposed + noise, 0, 255).astype(np.uint8))
        while True:
            output = io.BytesIO()
            image.save(output, "JPEG", quality=quality)
            if output.tell() <= size[0] * size[1] // 5 or quality <= _LOWEST_QUALITY:
                return output.getvalue()
            quality = max(_LOWEST_QUALITY, quality - 10)


def _read(path: Path) -> bytes:
    if path.is_dir():
        raise NotAPicture(f"{path} is a folder")
    if (size := path.stat().st_size) > _MAX_FILE_BYTES:
        raise PictureTooLarge(size, "bytes")
    return path.read_bytes()


def _check_pixels(picture: Image.Image) -> None:
    if (pixels := picture.width * picture.height) > _MAX_PIXELS:
        raise PictureTooLarge(pixels, "pixels")


def _prepared(picture: Image.Image) -> Image.Image:
    upright = ImageOps.exif_transpose(picture)
    if upright.has_transparency_data:
        upright = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright)
    colour = upright.convert("RGB")
    colour.thumbnail(_WORKING_SIZE)
    return colour
