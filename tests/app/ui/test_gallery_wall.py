"""Where everything on the wall lies: nothing overlaps, nothing is left out, and what is seen is found at once."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion_app.ui.view_models.gallery.wall import Measures, Wall, measured

DAYS = st.lists(st.integers(1, 40), max_size=12)
COLUMNS = st.integers(2, 7)


def wall_of(days: list[int], columns: int) -> Wall:
    return Wall(days, Measures(columns, tile=100.0, gap=6.0, heading=30.0))


@given(DAYS, COLUMNS)
def test_every_picture_stands_once_below_its_own_day_and_nothing_overlaps(days: list[int], columns: int) -> None:
    wall = wall_of(days, columns)

    for above, below in pairwise(wall.rows):
        assert below.top == pytest.approx(above.top + above.height + 6)
    shown = [row.first + at for row in wall.rows for at in range(row.count)]
    assert shown == list(range(sum(days)))
    assert [row.day for row in wall.rows if row.is_heading] == list(range(len(days)))
    assert all(row.count <= columns for row in wall.rows)
    for row in wall.rows:
        begin = sum(days[: row.day])
        assert begin <= row.first <= begin + days[row.day]
    assert wall.height == pytest.approx(wall.rows[-1].top + wall.rows[-1].height if wall.rows else 0)


@given(DAYS, COLUMNS, st.floats(-200, 5000), st.floats(0, 1200))
def test_what_lies_between_two_depths_is_found(days: list[int], columns: int, begin: float, height: float) -> None:
    wall = wall_of(days, columns)
    found = set(wall.between(begin, begin + height))

    seen = {
        number
        for number, row in enumerate(wall.rows)
        if row.top < begin + height and row.top + row.height > begin  # even in part
    }
    assert seen <= found
    assert len(found) <= len(seen) + 1, "at most the row in whose gap it begins besides"


@given(DAYS.filter(bool), COLUMNS, st.data())
def test_a_picture_is_in_its_row_and_arrows_stay_on_the_wall(
    days: list[int], columns: int, data: st.DataObject
) -> None:
    wall = wall_of(days, columns)
    picture = data.draw(st.integers(0, wall.count - 1))

    row = wall.row_of(picture)
    assert row.first <= picture < row.first + row.count
    for rows, steps in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        there = wall.neighbour(picture, rows=rows, columns=steps)
        assert 0 <= there < wall.count
        if rows and there != picture:
            assert (wall.row_of(there).top > row.top) is (rows > 0)
            assert there - wall.row_of(there).first <= picture - row.first


def test_a_picture_that_is_not_there_has_no_row() -> None:
    with pytest.raises(IndexError):
        wall_of([3], 2).row_of(3)


@pytest.mark.parametrize(("width", "columns"), [(372, 3), (1080, 9), (120, 2), (1, 2)])
def test_tiles_fill_the_width(width: float, columns: int) -> None:
    measures = measured(width, least_tile=104, gap=6, heading=30)
    assert measures.columns == columns
    if width > 120:
        assert measures.columns * measures.tile + (measures.columns - 1) * 6 == pytest.approx(width)
        assert measures.tile >= 104


def test_ten_thousand_pictures_are_looked_up_without_going_through_them() -> None:
    wall = wall_of([17] * 600, 3)
    assert len(wall.between(200_000, 201_000)) < 15
