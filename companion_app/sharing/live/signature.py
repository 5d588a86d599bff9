"""What a frame looks like from afar: a small map of light and dark, and how much two of them differ."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from statistics import fmean, median

from PIL import Image, ImageFilter

from companion_app.sharing.live.errors import BadFrame

MAX_FRAME_BYTES = 2 << 20
_MAX_SIDE_PX = 4096
_COLUMNS, _ROWS = 32, 24
_DECODED_PX = (4 * _COLUMNS, 4 * _ROWS)
# Without it a head that moves by half a cell changes every cell at an edge.
_BLUR_CELLS = 1.5
# A head is never still: views that fit when moved by so many cells (of 32: a sixteenth of the width) are the same.
_SWAY_CELLS = 2
_CELLS_CHANGED_BY = 0.5  # in mean deviations of the map
# Below this mean deviation (grey levels of 256) a view is a blank wall, and what differs in it is noise.
_LEAST_DEVIATION = 10.0


@dataclass(frozen=True)
class Signature:
    """32 × 24 cells, row by row, in mean deviations from the median: how bright the light is does not matter."""

    cells: tuple[float, ...]


def signature(jpeg: bytes) -> Signature:
    """The map of a JPEG. Raises BadFrame."""
    if len(jpeg) > MAX_FRAME_BYTES:
        raise BadFrame(reason="too large", bytes=len(jpeg))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
                if max(picture.size) > _MAX_SIDE_PX:
                    raise BadFrame(reason="too many pixels", bytes=len(jpeg))
                picture.draft("L", _DECODED_PX)
                small = picture.convert("L").resize((_COLUMNS, _ROWS), Image.Resampling.BOX)
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        raise BadFrame(reason="no whole JPEG", bytes=len(jpeg)) from error
    levels = small.filter(ImageFilter.GaussianBlur(_BLUR_CELLS)).tobytes()
    middle = median(levels)
    deviation = max(fmean(abs(level - middle) for level in levels), _LEAST_DEVIATION)
    return Signature(tuple((level - middle) / deviation for level in levels))


def difference(one: Signature, other: Signature) -> float:
    """The share of cells that differ, 0 to 1, where the two views fit best."""
    sway = range(-_SWAY_CELLS, _SWAY_CELLS + 1)
    return min(_changed_cells(one, other, right, down) for down in sway for right in sway)


def _changed_cells(one: Signature, other: Signature, right: int, down: int) -> float:
    """Over the cells that stay within both maps however they are moved."""
    width, changed, seen = _COLUMNS - 2 * _SWAY_CELLS, 0, 0
    for row in range(_SWAY_CELLS, _ROWS - _SWAY_CELLS):
        here = row * _COLUMNS + _SWAY_CELLS
        there = here + down * _COLUMNS + right
        pairs = zip(one.cells[here : here + width], other.cells[there : there + width], strict=True)
        changed += sum(abs(a - b) > _CELLS_CHANGED_BY for a, b in pairs)
        seen += width
    return changed / seen
