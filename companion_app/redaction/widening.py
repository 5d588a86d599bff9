"""How much wider than a detector's box a mask must be, by what was found."""

from __future__ import annotations

import math

from companion_app.redaction.area import Area
from companion_app.seeing.codes import FoundCode
from companion_app.seeing.geometry import Box, Quad

# A face box reaches from brow to chin; ears, hair and neck tell who somebody is as well.
_FACE = 0.25
# Lines are found with room around them; more would cover the tails of a line above that stays visible.
_LINE = 0.05
_LEAST_PX = 2
_CODE = 0.06
_SCREEN = 0.03
# Symbologies of zxing-cpp whose position is that of the whole code; "" is OpenCV's, which says no kind.
_SQUARE_CODES = frozenset({"", "QR Code", "Micro QR Code", "rMQR Code", "Aztec", "Data Matrix", "MaxiCode", "PDF417"})
# Bars higher than this share of their length are rare: EAN-13 has 0.7 with its digits, mostly cut lower.
_BAR_HEIGHT = 0.7


def face_area(box: Box) -> Area:
    """The face with what surrounds it."""
    return _whole(box, _FACE * max(box.width, box.height))


def line_area(quad: Quad) -> Area:
    """A line of letters."""
    return _whole(quad.box, _LINE * quad.thickness)


def code_area(code: FoundCode) -> Area:
    """A code with its quiet zone; of bars, of which readers often report only the rows they read, the whole height."""
    quad = code.quad
    long, low = max(quad.length, quad.thickness), min(quad.length, quad.thickness)
    missing = (_BAR_HEIGHT * long - low) / 2 if code.kind not in _SQUARE_CODES else 0.0
    return _whole(quad.box, max(_CODE * long, missing))


def screen_area(quad: Quad) -> Area:
    """A screen with its edge."""
    return _whole(quad.box, _SCREEN * max(quad.length, quad.thickness))


def _whole(box: Box, margin: float) -> Area:
    """Whole pixels that cover the box and a margin (px) of at least `_LEAST_PX` on every side."""
    margin = max(margin, _LEAST_PX)
    left, top = math.floor(box.left - margin), math.floor(box.top - margin)
    return Area(left, top, max(left + 1, math.ceil(box.right + margin)), max(top + 1, math.ceil(box.bottom + margin)))
