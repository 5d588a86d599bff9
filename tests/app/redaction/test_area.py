"""Geometry on whole pixels, against counting them one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion_app.redaction.area import Area, Grid, covered
from companion_app.redaction.errors import BadArea

BOUNDS = Area(0, 0, 40, 30)
STEPS = st.sampled_from([1, 8, 16])


@st.composite
def areas(draw: st.DrawFn, low: int = -5, high: int = 45) -> Area:
    left, top = draw(st.integers(low, high - 1)), draw(st.integers(low, high - 1))
    return Area(left, top, draw(st.integers(left + 1, high)), draw(st.integers(top + 1, high)))


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    step_x, step_y = draw(STEPS), draw(STEPS)
    offset_x, offset_y = draw(st.integers(0, step_x - 1)), draw(st.integers(0, step_y - 1))
    return Grid(step_x, step_y, offset_x, offset_y, draw(st.integers(0, 1)))


def points(area: Area) -> set[tuple[int, int]]:
    return {(x, y) for x in range(area.left, area.right) for y in range(area.top, area.bottom)}


def touched(grid: Grid, pixels: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Every pixel of the bounds whose block, or a block within `spread` px of it, holds one of `pixels`."""

    def blocks(x: int, y: int) -> set[tuple[int, int]]:
        reach = range(-grid.spread, grid.spread + 1)
        return {
            ((x + dx - grid.offset_x) // grid.step_x, (y + dy - grid.offset_y) // grid.step_y)
            for dx in reach
            for dy in reach
        }

    of_pixels = {((x - grid.offset_x) // grid.step_x, (y - grid.offset_y) // grid.step_y) for x, y in pixels}
    return {place for place in points(BOUNDS) if blocks(*place) & of_pixels}


@pytest.mark.parametrize("sides", [(5, 5, 5, 9), (5, 5, 9, 5), (9, 5, 5, 9), (5, 9, 9, 5)])
def test_an_area_is_never_empty(sides: tuple[int, int, int, int]) -> None:
    with pytest.raises(BadArea):
        Area(*sides)


@given(areas(), st.lists(areas(), max_size=4))
def test_the_covered_share_is_what_counting_gives(area: Area, others: list[Area]) -> None:
    shared = points(area) & set().union(*map(points, others)) if others else set()
    assert covered(area, others) == pytest.approx(len(shared) / area.pixels)


@given(areas(), areas())
def test_common_and_hull_are_intersection_and_enclosure(one: Area, other: Area) -> None:
    common = one.common(other)
    assert (points(common) if common else set()) == points(one) & points(other)
    assert points(one) | points(other) <= points(one.hull(other))


@given(areas(), grids())
def test_a_mask_covers_every_pixel_with_traces_and_stays_inside(area: Area, grid: Grid) -> None:
    inside = points(area) & points(BOUNDS)
    around = grid.around(area, BOUNDS)
    assert (around is None) is (not inside)
    if around is not None:
        assert points(around) >= touched(grid, inside)
        assert points(around) <= points(BOUNDS)


@given(areas(), grids())
def test_a_crop_has_no_pixel_with_traces_of_what_lies_outside(area: Area, grid: Grid) -> None:
    kept = grid.within(area, BOUNDS)
    if kept is not None:
        assert points(kept) <= points(area) & points(BOUNDS)
        assert not points(kept) & touched(grid, points(BOUNDS) - points(area))


@given(areas())
def test_without_blocks_nothing_is_widened(area: Area) -> None:
    assert Grid().around(area, BOUNDS) == Grid().within(area, BOUNDS) == area.common(BOUNDS)
