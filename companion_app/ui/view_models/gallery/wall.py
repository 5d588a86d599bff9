"""Where each day and each picture of a long gallery lies, so that only what is seen has to be drawn. Pure numbers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measures:
    """Pixels: how many tiles stand side by side, how large they are, and what is left between them."""

    columns: int
    tile: float
    gap: float
    heading: float


@dataclass(frozen=True)
class Row:
    """One row at `top` (downwards from the beginning): the heading of day number `day`, or the pictures `first` to
    `first + count - 1`, where `count` is not 0."""

    top: float
    height: float
    day: int
    first: int
    count: int

    @property
    def is_heading(self) -> bool:
        """True for the name of a day."""
        return self.count == 0


def measured(width: float, *, least_tile: float, gap: float, heading: float) -> Measures:
    """As many tiles side by side as are at least `least_tile` wide, never fewer than two: they fill `width`."""
    columns = max(2, int((width + gap) // (least_tile + gap)))
    return Measures(columns, max(1.0, (width - (columns - 1) * gap) / columns), gap, heading)


class Wall:
    """Rows for days of so many pictures each, in their order."""

    def __init__(self, days: Sequence[int], measures: Measures) -> None:
        self.measures = measures
        self.rows: list[Row] = []
        self._firsts: list[int] = []  # of the rows with pictures
        self._with_pictures: list[int] = []  # their places in `rows`
        top, first = 0.0, 0
        for day, count in enumerate(days):
            top = self._add(Row(top, measures.heading, day, first, 0))
            for begin in range(first, first + count, measures.columns):
                self._firsts.append(begin)
                self._with_pictures.append(len(self.rows))
                top = self._add(Row(top, measures.tile, day, begin, min(measures.columns, first + count - begin)))
            first += count
        self.count = first
        self.height = max(0.0, top - measures.gap)
        self._tops = [row.top for row in self.rows]

    def between(self, begin: float, end: float) -> range:
        """The numbers of the rows that lie, even in part, between two depths."""
        first = max(0, bisect_right(self._tops, begin) - 1)
        return range(first, bisect_left(self._tops, end))

    def row_of(self, picture: int) -> Row:
        """The row in which a picture stands. Raises IndexError for one that is not there."""
        if not 0 <= picture < self.count:
            raise IndexError(picture)
        return self.rows[self._with_pictures[bisect_right(self._firsts, picture) - 1]]

    def neighbour(self, picture: int, *, rows: int = 0, columns: int = 0) -> int:
        """The picture so many rows below and columns after, as an arrow key moves; the same one at an end."""
        if columns:
            return min(max(picture + columns, 0), self.count - 1)
        place = bisect_right(self._firsts, picture) - 1
        there = min(max(place + rows, 0), len(self._firsts) - 1)
        row = self.rows[self._with_pictures[there]]
        return picture if there == place else row.first + min(picture - self._firsts[place], row.count - 1)

    def _add(self, row: Row) -> float:
        self.rows.append(row)
        return row.top + row.height + self.measures.gap
