"""Where something is in a picture: upright boxes and turned quadrilaterals, in float pixels of the picture given."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """An upright rectangle in pixels (right and bottom exclusive) with a score 0–1."""

    left: float
    top: float
    right: float
    bottom: float
    score: float = 1.0

    @property
    def width(self) -> float:
        """Pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Pixels."""
        return self.bottom - self.top

    @property
    def area(self) -> float:
        """Square pixels; 0 for an empty box."""
        return max(0.0, self.width) * max(0.0, self.height)

    def shared(self, other: Box) -> float:
        """Square pixels in both."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, width) * max(0.0, height)

    def overlap(self, other: Box) -> float:
        """Intersection over union, 0–1."""
        shared = self.shared(other)
        return shared / (self.area + other.area - shared) if shared else 0.0

    def covered_by(self, other: Box) -> float:
        """The share of this box that lies in `other`, 0–1."""
        return self.shared(other) / self.area if self.area else 0.0

    def moved(self, x: float, y: float, scale: float = 1.0) -> Box:
        """Scaled about the origin, then shifted: from a tile's or a smaller picture's pixels to the picture's."""
        return Box(
            self.left * scale + x, self.top * scale + y, self.right * scale + x, self.bottom * scale + y, self.score
        )

    def within(self, width: int, height: int) -> Box:
        """Cut at the edges of a picture of `width` × `height` pixels."""
        return Box(
            min(max(self.left, 0.0), width),
            min(max(self.top, 0.0), height),
            min(max(self.right, 0.0), width),
            min(max(self.bottom, 0.0), height),
            self.score,
        )


@dataclass(frozen=True)
class Quad:
    """Four corners, clockwise in the picture; the first edge runs along the reading direction where there is one."""

    corners: tuple[Point, Point, Point, Point]
    score: float = 1.0

    @property
    def box(self) -> Box:
        """The upright box around the four corners."""
        across, down = [x for x, _ in self.corners], [y for _, y in self.corners]
        return Box(min(across), min(down), max(across), max(down), self.score)

    @staticmethod
    def upright(box: Box) -> Quad:
        """A box as four corners."""
        left, top, right, bottom = box.left, box.top, box.right, box.bottom
        return Quad(((left, top), (right, top), (right, bottom), (left, bottom)), box.score)

    @property
    def length(self) -> float:
        """The first edge, in pixels."""
        return math.dist(self.corners[0], self.corners[1])

    @property
    def thickness(self) -> float:
        """The second edge, in pixels."""
        return math.dist(self.corners[1], self.corners[2])

    def moved(self, x: float, y: float, scale: float = 1.0) -> Quad:
        """Scaled about the origin, then shifted."""
        a, b, c, d = ((px * scale + x, py * scale + y) for px, py in self.corners)
        return Quad((a, b, c, d), self.score)


@dataclass(frozen=True)
class Line:
    """Text as read, with the reader's score 0–1, and where it stands. Never logged."""

    text: str
    score: float
    quad: Quad


def hull(boxes: Sequence[Box]) -> Box:
    """The smallest box around `boxes` (at least one), with the best score among them."""
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
        max(box.score for box in boxes),
    )
