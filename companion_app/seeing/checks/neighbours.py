"""Which lines stand together, in the frame of a line that may be turned."""

from __future__ import annotations

import math
from collections.abc import Sequence

from companion_app.seeing.geometry import Point, Quad

_BESIDE_ALONG, _BESIDE_ACROSS = 7.0, 5.5
_LARGEST_BESIDE = 1.7


def _middle(quad: Quad) -> Point:
    return sum(x for x, _ in quad.corners) / 4, sum(y for _, y in quad.corners) / 4


def _offset(frame: Quad, quad: Quad) -> Point:
    """From the middle of `frame` to the middle of `quad`: along its reading direction, and across it; in px."""
    (x0, y0), (x1, y1) = frame.corners[0], frame.corners[1]
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    along_x, along_y = (x1 - x0) / length, (y1 - y0) / length
    (from_x, from_y), (to_x, to_y) = _middle(frame), _middle(quad)
    right, down = to_x - from_x, to_y - from_y
    return right * along_x + down * along_y, down * along_x - right * along_y


def near(frame: Quad, quad: Quad) -> bool:
    """True when `quad` is of much the same height, no further than three heights: lines of one text are."""
    x, y = _offset(frame, quad)
    alike = 0.5 <= quad.thickness / max(frame.thickness, 1.0) <= 2.0
    return alike and abs(y) <= 3 * frame.thickness and abs(x) <= frame.length


def around(frame: Quad, quad: Quad, along: float, up: float, down: float) -> bool:
    """True when the middle of `quad` lies in the rectangle that reaches `along` beyond both ends of `frame`, `up`
    above and `down` below it, all in lengths of `frame`; and its letters are not of another size altogether."""
    x, y = _offset(frame, quad)
    alike = quad.thickness <= _LARGEST_BESIDE * max(frame.thickness, 1.0)
    return alike and abs(x) <= (0.5 + along) * frame.length and -up <= y / max(frame.length, 1.0) <= down


def beside(frame: Quad, quad: Quad) -> bool:
    """True when `quad` is of like height and within the room that a number split into groups or rows takes."""
    x, y = _offset(frame, quad)
    height = max(frame.thickness, 1.0)
    reach = (frame.length + quad.length) / 2 + _BESIDE_ALONG * height
    return 0.6 <= quad.thickness / height <= 1.7 and abs(x) <= reach and abs(y) <= _BESIDE_ACROSS * height


def in_order(quads: Sequence[Quad]) -> list[int]:
    """Indexes row by row and along each row, in the frame of the first; [] of none."""
    if not quads:
        return []
    frame = quads[0]
    height = max(frame.thickness, 1.0)
    places = [_offset(frame, quad) for quad in quads]
    return sorted(range(len(quads)), key=lambda index: (round(places[index][1] / height), places[index][0]))
