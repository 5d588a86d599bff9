"""Which of several findings in one place counts, and how wide each becomes."""

from __future__ import annotations

import pytest

from companion_app.redaction import Area, Kind, Seen
from companion_app.redaction.settling import believable, settle
from companion_app.redaction.widening import code_area, face_area, line_area, screen_area
from companion_app.seeing.codes import FoundCode
from companion_app.seeing.geometry import Box, Quad

CODE = Seen(Kind.CODE, Area(10, 10, 110, 110), 1.0)


def inside(kind: Kind) -> Seen:
    return Seen(kind, Area(20, 20, 100, 40), 0.9)


def quad(left: float, top: float, right: float, bottom: float) -> Quad:
    return Quad(((left, top), (right, top), (right, bottom), (left, bottom)))


def test_letters_that_a_code_is_made_of_are_the_codes() -> None:
    assert settle([CODE, inside(Kind.TEXT)]) == [CODE]


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.TEXT])
def test_what_is_more_than_plain_text_stays_over_a_code(kind: Kind) -> None:
    assert settle([CODE, inside(kind)]) == [CODE, inside(kind)]


def test_bars_that_were_seen_within_a_code_that_was_decoded_are_no_second_code() -> None:
    bars, elsewhere = Seen(Kind.CODE, Area(15, 15, 105, 90), 0.0), Seen(Kind.CODE, Area(90, 90, 200, 200), 0.0)
    assert settle([CODE, bars, elsewhere]) == [CODE, elsewhere]


def test_unreadable_letters_around_a_code_are_the_code_and_readable_ones_are_not() -> None:
    around = Area(0, 0, 120, 130)
    assert settle([CODE, Seen(Kind.TEXT, around, 0.3)]) == [Seen(Kind.CODE, around, 1.0)]
    for other in (
        Seen(Kind.TEXT, around, 0.9),
        Seen(Kind.CARD, around, 0.3),
        Seen(Kind.TEXT, Area(0, 0, 300, 300), 0.3),
    ):
        assert settle([CODE, other]) == [CODE, other]


def test_text_beside_a_code_or_over_one_that_nobody_could_decode_stays() -> None:
    beside = Seen(Kind.TEXT, Area(80, 20, 300, 40), 0.9)
    assert settle([CODE, beside]) == [CODE, beside]
    undecoded = Seen(Kind.CODE, CODE.area, 0.0)
    assert settle([undecoded, inside(Kind.TEXT)]) == [undecoded, inside(Kind.TEXT)]


@pytest.mark.parametrize(
    ("kind", "right", "score", "believed"),
    [
        (Kind.TEXT, 90, 0.6, False),
        (Kind.TEXT, 90, 0.9, True),
        (Kind.TEXT, 20, 0.6, True),
        (Kind.FACE, 90, 0.6, True),
    ],
)
def test_a_line_that_spans_the_picture_must_be_read_well(kind: Kind, right: int, score: float, believed: bool) -> None:
    found = [Seen(kind, Area(0, 0, right, 90), score)]
    assert believable(found, 100, 100) == (found if believed else [])


def test_masks_are_wider_than_what_was_found() -> None:
    assert face_area(Box(100, 100, 140, 180)) == Area(80, 80, 160, 200)
    assert line_area(quad(10, 10, 110, 30)) == Area(8, 8, 112, 32)
    assert line_area(quad(10.2, 10.2, 10.3, 10.3)) == Area(8, 8, 13, 13)
    assert screen_area(quad(0, 0, 100, 50)) == Area(-3, -3, 103, 53)


def test_bars_are_masked_in_their_whole_height_where_only_some_rows_were_read() -> None:
    rows = quad(100, 200, 300, 204)
    assert code_area(FoundCode("EAN-13", "4006381333931", rows)).height >= 140
    assert code_area(FoundCode("QR Code", "x", rows)).height < 40
