"""Boxes, tiles and quads: nothing falls between tiles, and nothing is dropped where there is too much."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion_app.seeing.geometry import Box, Quad, hull
from companion_app.seeing.quads import apart, quad_around, slimmed, turned
from companion_app.seeing.suppression import strongest
from companion_app.seeing.tiles import tiles


@given(st.integers(1, 3000), st.integers(1, 3000), st.sampled_from([(256, 64), (1280, 128), (1600, 160)]))
def test_tiles_cover_all_and_share_their_edges(width: int, height: int, size: tuple[int, int]) -> None:
    side, overlap = size
    found = list(tiles(width, height, side, overlap))
    lefts = sorted({(tile.left, tile.right) for tile in found})
    assert (lefts[0][0], lefts[-1][1]) == (0, width)
    assert min(tile.top for tile in found) == 0
    assert max(tile.bottom for tile in found) == height
    for (_, right), (left, _) in pairwise(lefts):
        assert right - left >= overlap - 1
    assert all(0 < tile.right - tile.left <= side and 0 < tile.bottom - tile.top <= side for tile in found)


def test_boxes_are_measured() -> None:
    one, other = Box(0, 0, 10, 10), Box(5, 0, 15, 10, 0.5)
    assert one.overlap(other) == pytest.approx(1 / 3)
    assert one.covered_by(other) == 0.5
    assert one.overlap(Box(10, 0, 20, 10)) == Box(3, 3, 3, 9).covered_by(one) == 0
    assert other.moved(1, 2, 2) == Box(11, 2, 31, 22, 0.5)
    assert Box(-5, -5, 99, 99, 0.5).within(20, 10) == Box(0, 0, 20, 10, 0.5)
    assert hull([one, other]) == Box(0, 0, 15, 10, 1.0)


@given(st.floats(0, 360), st.floats(20, 200), st.floats(2, 15))
def test_a_quad_runs_along_its_longer_side_to_the_right_or_down(degrees: float, length: float, high: float) -> None:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    corners = [(x * cos - y * sin, x * sin + y * cos) for x, y in ((0, 0), (length, 0), (length, high), (0, high))]
    quad = quad_around(corners[::-1], 0.5)
    across, down = (quad.corners[1][axis] - quad.corners[0][axis] for axis in (0, 1))
    assert (quad.length, quad.thickness) == (pytest.approx(length), pytest.approx(high))
    assert across > -1e-6 if abs(across) >= abs(down) else down > -1e-6
    below = quad.corners[3][0] - quad.corners[0][0], quad.corners[3][1] - quad.corners[0][1]
    assert across * below[1] - down * below[0] > 0, "clockwise, y down"


def test_a_quad_is_read_from_the_other_end_and_slimmed() -> None:
    quad = Quad(((0, 0), (10, 0), (10, 4), (0, 4)))
    assert turned(quad).corners == ((10, 4), (0, 4), (0, 0), (10, 0))
    assert slimmed(quad, 0.5).corners == ((0, 1), (10, 1), (10, 3), (0, 3))


def test_a_part_of_a_line_is_the_line_but_what_lies_beside_a_turned_one_is_not() -> None:
    line, part = Quad.upright(Box(0, 0, 100, 20)), Quad.upright(Box(10, 2, 60, 18))
    diagonal = quad_around([(0, 0), (100, 100), (95, 105), (-5, 5)], 0.5)
    corner = Quad.upright(Box(70, 5, 95, 15))
    assert apart([part, line], 9) == [line]
    assert set(apart([corner, diagonal], 9)) == {corner, diagonal}


def test_too_many_findings_end_in_one_box_around_the_rest() -> None:
    boxes = [Box(30.0 * place, 0, 30.0 * place + 10, 10, 1 - place / 100) for place in range(9)]
    assert strongest(boxes, 0.3, 9) == boxes
    assert strongest(boxes[::-1], 0.3, 4) == [*boxes[:4], Box(120, 0, 250, 10, 0.96)]
    assert strongest([boxes[0], Box(1, 0, 11, 10, 0.5), Box(5, 5, 5, 9)], 0.3, 4) == [boxes[0]]
    assert strongest([], 0.3, 4) == []
    quads = [Quad.upright(Box(0, 30.0 * row, 100 - row, 30.0 * row + 10)) for row in range(6)]
    assert apart(quads, 4) == [*quads[:4], Quad.upright(Box(0, 120, 96, 160))]
