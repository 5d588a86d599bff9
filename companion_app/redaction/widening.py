"""How much wider than a detector's box a mask must be, by what was found."""

from __future__ import annotations

import math

from companion_app.redaction.area import Area
from companion_app.seeing.geometry import Box, Quad

# A face box reaches from brow to chin; ears, hair and neck tell who somebody is as well.
_FACE = 0.25
# Letters stick out of what the network marks: accents, tails, the last stroke.
_LINE = 0.2
_LEAST_PX = 2
_CODE = 0.06
_SCREEN = 0.03


def face_area(box: Box) -> Area:
    """The face with what surrounds it."""
    return _whole(box, _FACE * max(box.width, box.height))


def line_area(quad: Quad) -> Area:
    """A line of letters."""
    return _whole(quad.box, _LINE * quad.thickness)


def code_area(quad: Quad) -> Area:
    """A code with its quiet zone."""
    return _whole(quad.box, _CODE * max(quad.length, quad.thickness))


def screen_area(quad: Quad) -> Area:
    """A screen with its edge."""
    return _whole(quad.box, _SCREEN * max(quad.length, quad.thickness))


def _whole(box: Box, margin: float) -> Area:
    """Whole pixels that cover the box and a margin (px) of at least `_LEAST_PX` on every side."""
    margin = max(margin, _LEAST_PX)
    left, top = math.floor(box.left - margin), math.floor(box.top - margin)
    return Area(left, top, max(left + 1, math.ceil(box.right + margin)), max(top + 1, math.ceil(box.bottom + margin)))
