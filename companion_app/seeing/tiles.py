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
    """Windows of at most `side` pixels, as few and as small as cover all with `overlap` pixels shared by neighbours."""
    for top, bottom in _spans(height, side, overlap):
        for left, right in _spans(width, side, overlap):
            yield Tile(left, top, right, bottom)


def _spans(length: int, side: int, overlap: int) -> list[tuple[int, int]]:
    if length <= side:
        return [(0, length)]
    count = -((length - overlap) // -(side - overlap))
    span = -((length + (count - 1) * overlap) // -count)
    starts = [(length - span) * step // (count - 1) for step in range(count)]
    return [(start, start + span) for start in starts]
