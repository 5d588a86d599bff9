"""Turned boxes put in order: which corner comes first, and which of two findings of one line to keep."""

from __future__ import annotations

import math

from companion_app.seeing.geometry import Point, Quad, hull

# A line seen whole and again in part (a tile, a smaller copy): the part is the same line.
_SAME = 0.7


def quad_around(corners: list[Point], score: float) -> Quad:
    """Four corners of a rectangle, so ordered that reading runs along the longer side, left to right or downwards."""
    points = [(float(x), float(y)) for x, y in corners]
    middle_x, middle_y = sum(x for x, _ in points) / 4, sum(y for _, y in points) / 4
    points.sort(key=lambda point: math.atan2(point[1] - middle_y, point[0] - middle_x))
    if math.dist(points[0], points[1]) < math.dist(points[1], points[2]):
        points = points[1:] + points[:1]
    if _backwards(points):
        points = points[2:] + points[:2]
    return Quad((points[0], points[1], points[2], points[3]), score)


def _backwards(points: list[Point]) -> bool:
    """True when the first edge runs leftwards, or, standing upright, upwards."""
    across, down = points[1][0] - points[0][0], points[1][1] - points[0][1]
    return across < 0 if abs(across) >= abs(down) else down < 0


def turned(quad: Quad) -> Quad:
    """The same place read from the other end."""
    a, b, c, d = quad.corners
    return Quad((c, d, a, b), quad.score)


def slimmed(quad: Quad, share: float) -> Quad:
    """The middle `share` of its thickness, all of its length."""
    a, b, c, d = quad.corners
    cut = (1 - share) / 2
    return Quad((_between(a, d, cut), _between(b, c, cut), _between(c, b, cut), _between(d, a, cut)), quad.score)


def _between(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def apart(quads: list[Quad], most: int) -> list[Quad]:
    """Largest first, without those that lie almost wholly in a larger one.

    More than `most` are not dropped: the last of the list is then one box around all the others.
    """
    kept: list[Quad] = []
    ordered = sorted(quads, key=lambda quad: -quad.length * quad.thickness)
    for place, quad in enumerate(ordered):
        if len(kept) == most:
            return [*kept, Quad.upright(hull([left.box for left in ordered[place:]]))]
        if not any(_is_part(quad, other) for other in kept):
            kept.append(quad)
    return kept


def _is_part(quad: Quad, other: Quad) -> bool:
    """True when `quad` lies almost wholly in `other`, which fills its own upright box well enough to say so."""
    around = other.box
    return 2 * other.length * other.thickness > around.area and quad.box.covered_by(around) >= _SAME
