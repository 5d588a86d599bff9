"""Rectangles of whole pixels, and the grid of compression blocks that they are widened to."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from companion_app.redaction.errors import BadArea


@dataclass(frozen=True, order=True)
class Area:
    """Pixels with left ≤ x < right and top ≤ y < bottom; never empty. Raises BadArea."""

    left: int
    top: int
    right: int
    bottom: int

    def __post_init__(self) -> None:
        if self.right <= self.left or self.bottom <= self.top:
            raise BadArea(self.left, self.top, self.right, self.bottom)

    @property
    def width(self) -> int:
        """Columns."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Rows."""
        return self.bottom - self.top

    @property
    def pixels(self) -> int:
        """Columns × rows."""
        return self.width * self.height

    def common(self, other: Area) -> Area | None:
        """What both cover, None where they do not meet."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Area(left, top, right, bottom) if left < right and top < bottom else None

    def hull(self, other: Area) -> Area:
        """The smallest rectangle around both."""
        return Area(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def grown(self, columns: int, rows: int) -> Area:
        """Wider by `columns` on the left and on the right, higher by `rows` above and below."""
        return Area(self.left - columns, self.top - rows, self.right + columns, self.bottom + rows)

    def moved(self, columns: int, rows: int) -> Area:
        """The same size elsewhere."""
        return Area(self.left + columns, self.top + rows, self.right + columns, self.bottom + rows)


def covered(area: Area, by: Iterable[Area]) -> float:
    """The share 0–1 of `area` that the union of `by` covers."""
    parts = [part for part in (area.common(one) for one in by) if part is not None]
    rows = sorted({edge for part in parts for edge in (part.top, part.bottom)})
    total = 0
    for top, bottom in itertools.pairwise(rows):
        spans = sorted((part.left, part.right) for part in parts if part.top <= top and part.bottom >= bottom)
        reached = area.left
        for left, right in spans:
            total += max(0, right - max(left, reached)) * (bottom - top)
            reached = max(reached, right)
    return total / area.pixels


@dataclass(frozen=True)
class Grid:
    """Compression blocks of the original, as they lie in the upright picture: lines at `offset + n × step` px. Inside a
    block every pixel carries traces of all the others, and `spread` px beyond it, by how decoders smooth colour."""

    step_x: int = 1
    step_y: int = 1
    offset_x: int = 0
    offset_y: int = 0
    spread: int = 0

    def around(self, area: Area, bounds: Area) -> Area | None:
        """All pixels within `bounds` that carry traces of `area`; None where it lies outside."""
        inside = area.common(bounds)
        if inside is None:
            return None
        return Area(
            _down(inside.left, self.step_x, self.offset_x) - self.spread,
            _down(inside.top, self.step_y, self.offset_y) - self.spread,
            _up(inside.right, self.step_x, self.offset_x) + self.spread,
            _up(inside.bottom, self.step_y, self.offset_y) + self.spread,
        ).common(bounds)

    def within(self, area: Area, bounds: Area) -> Area | None:
        """The pixels of `area` without traces of what lies outside it; None where there are none."""
        inside = area.common(bounds)
        if inside is None:
            return None
        left, right = inside.left, inside.right
        top, bottom = inside.top, inside.bottom
        if left > bounds.left:
            left = _up(left, self.step_x, self.offset_x) + self.spread
        if right < bounds.right:
            right = _down(right, self.step_x, self.offset_x) - self.spread
        if top > bounds.top:
            top = _up(top, self.step_y, self.offset_y) + self.spread
        if bottom < bounds.bottom:
            bottom = _down(bottom, self.step_y, self.offset_y) - self.spread
        return Area(left, top, right, bottom) if left < right and top < bottom else None


def _down(place: int, step: int, offset: int) -> int:
    """The last line at or before `place`."""
    return (place - offset) // step * step + offset


def _up(place: int, step: int, offset: int) -> int:
    """The first line at or after `place`."""
    return -((offset - place) // step) * step + offset
