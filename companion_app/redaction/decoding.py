"""From hostile bytes to upright RGB pixels at full resolution, within bounds, and nothing else of the file."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass, field

from PIL import Image

from companion_app.redaction.area import Area, Grid
from companion_app.redaction.errors import PictureOutOfBounds, PictureUnreadable

MAX_BYTES = 32 << 20
MAX_SIDE_PX = 10_000
MAX_PIXELS = 24_000_000
MIN_SIDE_PX = 8
_FORMATS = ("JPEG", "PNG", "WEBP")
_ORIENTATION = 0x0112
_BLOCK_PX = 8
# WebP predicts 16 × 16 px from their neighbours and smooths up to 3 px beyond their edges (RFC 6386 §15).
_WEBP_GRID = Grid(16, 16, spread=4)
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SWAPS_AXES = frozenset({5, 6, 7, 8})
_FLIPS_X = frozenset({2, 3, 6, 7})
_FLIPS_Y = frozenset({3, 4, 7, 8})


@dataclass(frozen=True)
class Original:
    """Pixels as a viewer shows them; `sha256` (hex) is of the bytes they came from."""

    image: Image.Image = field(repr=False)
    sha256: str
    grid: Grid

    @property
    def bounds(self) -> Area:
        """The whole picture."""
        return Area(0, 0, *self.image.size)


def decode(content: bytes) -> Original:
    """The first frame, upright, 8 bit RGB, transparent parts white. Raises PictureUnreadable; PictureOutOfBounds before
    a pixel is decoded."""
    if len(content) > MAX_BYTES:
        raise PictureOutOfBounds("bytes", len(content), MAX_BYTES)
    try:
        with warnings.catch_warnings():
            # Pillow warns of bombs and of odd metadata; our bounds refuse the first, the second never leaves.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
                _check_bounds(opened.size)
                image, grid = _upright(opened)
    except Image.DecompressionBombError as error:
        raise PictureOutOfBounds("pixels", MAX_PIXELS + 1, MAX_PIXELS) from error
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError, TypeError, KeyError, IndexError) as error:
        # What Pillow raises for damaged headers depends on where the damage lies.
        raise PictureUnreadable("truncated or damaged") from error
    return Original(image, hashlib.sha256(content).hexdigest(), grid)


def _check_bounds(size: tuple[int, int]) -> None:
    width, height = size
    if max(size) > MAX_SIDE_PX:
        raise PictureOutOfBounds("side", max(size), MAX_SIDE_PX)
    if width * height > MAX_PIXELS:
        raise PictureOutOfBounds("pixels", width * height, MAX_PIXELS)
    if min(size) < MIN_SIDE_PX:
        raise PictureUnreadable("too small")


def _upright(opened: Image.Image) -> tuple[Image.Image, Grid]:
    turn = _orientation(opened)
    grid = _turned(_grid(opened), opened.size, turn)
    opened.load()
    flat = _flat(opened)
    return flat.transpose(_TURNS[turn]) if turn in _TURNS else flat, grid


def _orientation(opened: Image.Image) -> int:
    """The EXIF turn 1–8; damaged EXIF turns nothing."""
    try:
        value = opened.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 – a parser of untrusted metadata whose result is one number
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _grid(opened: Image.Image) -> Grid:
    """Blocks of the file's own compression."""
    if opened.format == "WEBP":
        return _WEBP_GRID
    layers: list[tuple[int, int, int, int]] | None = getattr(opened, "layer", None)
    if not layers:
        return Grid()
    # Each layer: its id, horizontal and vertical sampling, quantisation table.
    across, down = max(layer[1] for layer in layers), max(layer[2] for layer in layers)
    smoothed = any((layer[1], layer[2]) != (across, down) for layer in layers)
    return Grid(_BLOCK_PX * across, _BLOCK_PX * down, spread=int(smoothed))


def _turned(grid: Grid, size: tuple[int, int], turn: int) -> Grid:
    """The grid of a picture of `size` after the EXIF turn."""
    width, height = size
    step_x, step_y = grid.step_x, grid.step_y
    if turn in _SWAPS_AXES:
        width, height, step_x, step_y = height, width, step_y, step_x
    return Grid(
        step_x,
        step_y,
        width % step_x if turn in _FLIPS_X else 0,
        height % step_y if turn in _FLIPS_Y else 0,
        grid.spread,
    )


def _flat(opened: Image.Image) -> Image.Image:
    """8 bit RGB without alpha: what lies hidden under transparent pixels is not shown, and does not leave."""
    if opened.mode.startswith("I") or opened.mode == "F":
        # 16 bit grey: Pillow's own conversion clips it to white.
        return opened.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if opened.has_transparency_data:
        seen = opened.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")
    return opened.convert("RGB")
