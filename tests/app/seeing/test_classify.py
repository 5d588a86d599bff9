"""Lines get the kind of the card or page that they stand on, also where it is turned, and others do not."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion_app.seeing.checks import Writing, classify
from companion_app.seeing.geometry import Line, Quad

HEIGHT = 20.0


def line(text: str, x: float, y: float, degrees: float = 0.0, height: float = HEIGHT, score: float = 0.99) -> Line:
    """A line whose middle is at (x, y) of a page that was then turned about (0, 0); letters 0.6 as wide as high."""
    half, up = 0.3 * height * len(text), height / 2
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    corners = [(x - half, y - up), (x + half, y - up), (x + half, y + up), (x - half, y + up)]
    a, b, c, d = ((px * cos - py * sin, px * sin + py * cos) for px, py in corners)
    return Line(text, score, Quad((a, b, c, d)))


CARD = (("ANY BANK", -60, -60), ("4111 1111 1111 1111", 0, 0), ("VALID THRU 12/29", 10, 40), ("A SPECIMEN", -40, 70))
PASSPORT = (
    ("Surname ERIKSSON", -60, -260),
    ("Date of birth 12 AUG 1974", 0, -150),
    ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", 0, 0),
    ("L898902C36UTO7408122F1204159ZE184226B<<<<<10", 0, 30),
)


@pytest.mark.parametrize("degrees", [0, 20, 90, -135])
@pytest.mark.parametrize(("page", "kind"), [(CARD, Writing.CARD), (PASSPORT, Writing.DOCUMENT)])
def test_all_of_a_page_is_its_kind_and_the_sign_beside_it_is_not(
    page: tuple[tuple[str, float, float], ...], kind: Writing, degrees: float
) -> None:
    lines = [line(text, x, y, degrees) for text, x, y in page]
    beside = [
        line("Platform 7", 700, 0, degrees),
        line("Platform 7", 0, -700, degrees),
        line("Platform 7", 0, 300, degrees),
        line("WAY OUT", 0, -100, degrees, height=60),
    ]
    assert classify([*lines, *beside]) == (*(kind for _ in lines), *(None for _ in beside))


@pytest.mark.parametrize("degrees", [0, 30, 90])
def test_a_number_found_in_pieces_is_a_card(degrees: float) -> None:
    row = [line(group, 70.0 * place, 0, degrees) for place, group in enumerate(("5500", "0055", "5555", "5559"))]
    rows = [line(group, 0, 40.0 * place, degrees) for place, group in enumerate(("5500", "0055", "5555", "5559"))]
    halves = [line("3782 822463", 0, 0, degrees), line("10005", 170, 0, degrees)]
    for pieces in (row, rows, halves):
        assert classify(pieces) == (Writing.CARD,) * len(pieces)
        assert classify(pieces[::-1]) == (Writing.CARD,) * len(pieces)


def test_pieces_far_apart_or_unlike_are_no_number() -> None:
    far = [line(group, 400.0 * place, 0) for place, group in enumerate(("5500", "0055", "5555", "5559"))]
    unlike = [line("5500", 0, 0), line("0055", 70, 0, height=60), line("5555", 140, 0), line("5559", 210, 0, height=60)]
    assert classify(far) == classify(unlike) == (None,) * 4


def test_a_number_hardly_made_out_is_a_card_and_a_time_is_not() -> None:
    assert classify([line("550055555559", 0, 0, score=0.8)]) == (Writing.CARD,)
    assert classify([line("14:32 15:10", 0, 0, score=0.8), line("550 05555", 0, 300, score=0.99)]) == (None, None)


def test_an_account_does_not_make_its_letter_a_card() -> None:
    assert classify([line("NL91 ABNA 0417 1643 00", 0, 0), line("Thank you for your gift", 0, 40)]) == (
        Writing.CARD,
        None,
    )


def test_a_plate_stands_alone() -> None:
    assert classify([line("ABC 1234", 0, 0), line("CALIFORNIA", 0, -35)]) == (Writing.PLATE, None)
    board = [line(text, 0, 30.0 * row) for row, text in enumerate(("ICE 572", "ICE 1234", "RE 4711", "BUS 123"))]
    assert classify(board)[1] is None
    assert classify([line("AB12 CDE", 0, 0), line("a.b@example.org", 0, 300), line("123-45-6789", 0, 600)]) == (
        Writing.PLATE,
        Writing.CONTACT,
        Writing.DOCUMENT,
    )


@given(
    st.lists(
        st.tuples(st.text(max_size=50), st.floats(-1e4, 1e4), st.floats(-1e4, 1e4), st.floats(0, 360), st.floats(0, 1)),
        max_size=12,
    )
)
def test_any_lines_are_classified_one_by_one(told: list[tuple[str, float, float, float, float]]) -> None:
    lines = [line(text, x, y, degrees, score=score) for text, x, y, degrees, score in told]
    assert len(classify(lines)) == len(lines)
