"""Which windows to look through: overlapping tiles that together cover the picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Tile:
    """A window, in pixels of the picture it was cut from."""

    left: int
    top: int
    right: int
    bottom: int


def tiles(width: int, height: int, side: int, overlap: int) -> Iterator[Tile]:
    """Windows of at most `side` pixels, each sharing at least `overlap` with its neighbour, evenly spread."""
    for top in _starts(height, side, overlap):
        for left in _starts(width, side, overlap):
            yield Tile(left, top, min(left + side, width), min(top + side, height))


def _starts(length: int, side: int, overlap: int) -> list[int]:
    if length <= side:
        return [0]
    steps = -((length - side) // -(side - overlap))
    return [round(step * (length - side) / steps) for step in range(steps + 1)]
