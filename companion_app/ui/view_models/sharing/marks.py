"""Places on the preview of a picture: between pixels of the original and fractions of what is shown. No Kivy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from companion_app.redaction.area import Area

# What a tap beside everything masks: a square of this part of the shorter side shown.
_TAP_SIDE = 0.12


@dataclass(frozen=True)
class Sides:
    """A rectangle in fractions (0 to 1) of the picture shown, from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        """Fraction of the picture that it covers."""
        return (self.right - self.left) * (self.bottom - self.top)

    def holds(self, x: float, y: float, reach_x: float = 0.0, reach_y: float = 0.0) -> bool:
        """True for a point inside, or no further outside than the reach of a finger."""
        return self.left - reach_x <= x <= self.right + reach_x and self.top - reach_y <= y <= self.bottom + reach_y


@dataclass(frozen=True)
class Mark:
    """One place that the preview marks: `state` is "masked", "seen" (kept, can be masked) or "missed" (must be)."""

    id: str
    kind: str
    state: str
    sides: Sides


def sides_of(area: Area, frame: Area) -> Sides | None:
    """Where `area` is shown while `frame` of the original is; None where nothing of it is."""
    seen = area.common(frame)
    if seen is None:
        return None
    return Sides(
        (seen.left - frame.left) / frame.width,
        (seen.top - frame.top) / frame.height,
        (seen.right - frame.left) / frame.width,
        (seen.bottom - frame.top) / frame.height,
    )


def area_of(sides: Sides, frame: Area) -> Area:
    """Pixels of the original that are shown at `sides` while `frame` of it is; at least one."""
    x = min(frame.left + int(sides.left * frame.width), frame.right - 1)
    y = min(frame.top + int(sides.top * frame.height), frame.bottom - 1)
    right = min(frame.right, frame.left + ceil(sides.right * frame.width))
    bottom = min(frame.bottom, frame.top + ceil(sides.bottom * frame.height))
    return Area(x, y, max(x + 1, right), max(y + 1, bottom))


def around(x: float, y: float, frame: Area) -> Sides:
    """What a tap at this point masks: a square about as large as what a fingertip covers."""
    side = _TAP_SIDE * min(frame.width, frame.height) / 2
    wide, high = side / frame.width, side / frame.height
    return Sides(max(0.0, x - wide), max(0.0, y - high), min(1.0, x + wide), min(1.0, y + high))


def touched(marks: Sequence[Mark], x: float, y: float, reach_x: float = 0.0, reach_y: float = 0.0) -> Mark | None:
    """The mark that a tap means: the smallest that holds the point, else the smallest within a finger's reach."""
    for across, down in ((0.0, 0.0), (reach_x, reach_y)):
        near = [mark for mark in marks if mark.sides.holds(x, y, across, down)]
        if near:
            return min(near, key=lambda mark: mark.sides.area)
    return None
