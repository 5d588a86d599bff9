"""Setting lines that run from the right: broken while they read, joined, and turned for drawing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion_app.ui.widgets.script import drawn, runs_from_the_right, set_lines

WORDS = "افتح قفل النظارة"  # open the lock of the glasses
JOINED = {"ا": "\ufe8d", "ف": "\ufed3", "ت": "\ufe98", "ح": "\ufea2"}


def letters(text: str) -> float:
    """A font in which every letter is one pixel wide."""
    return float(len(text))


def test_letters_are_joined_and_the_line_is_turned() -> None:
    assert drawn("افتح", right_to_left=True) == "".join(JOINED[letter] for letter in reversed("افتح"))


def test_what_runs_from_the_left_stays_as_it_is() -> None:
    assert drawn("Lock 12 (now)", right_to_left=True) == "Lock 12 (now)"
    assert not runs_from_the_right("Größe – 3 €")


def test_numbers_and_names_inside_keep_their_own_order() -> None:
    line = drawn("بقي 128 من SHA-256", right_to_left=True)
    assert "128" in line
    assert "SHA-256" in line
    assert line.index("SHA-256") < line.index("128")  # drawn from the left, read from the right


def test_the_sentence_around_a_name_decides_where_it_stands() -> None:
    from_the_right = drawn("Plainsight تطبيق", right_to_left=True)
    assert from_the_right.endswith("Plainsight")
    assert drawn("Plainsight تطبيق", right_to_left=False).startswith("Plainsight")


def test_lines_are_broken_in_reading_order() -> None:
    """Turned first and broken then, the last word would stand in the first line."""
    lines = set_lines(WORDS, 9, letters, right_to_left=True).split("\n")
    assert lines == [drawn("افتح قفل", right_to_left=True), drawn("النظارة", right_to_left=True)]


def test_paragraphs_stay_and_no_width_means_no_breaking() -> None:
    assert set_lines("افتح\n\nقفل", None, letters, right_to_left=True).count("\n") == 2
    assert "\n" not in set_lines(WORDS, None, letters, right_to_left=True)


def test_a_word_wider_than_the_line_is_broken_where_it_must_be() -> None:
    lines = set_lines("نظارة" * 4, 7, letters, right_to_left=True).split("\n")
    assert all(letters(line) <= 7 for line in lines)
    assert len(lines) == 3


@given(st.text(st.sampled_from("افتحقلنظرة abc12.()\n"), max_size=60), st.integers(1, 20))
def test_every_width_keeps_every_line_and_loses_no_letter(text: str, width: int) -> None:
    lines = set_lines(text, width, letters, right_to_left=True).split("\n")
    assert all(letters(line) <= width for line in lines)
    unjoined = set_lines(text, None, letters, right_to_left=True)
    assert sum(line.count("1") + line.count("a") for line in lines) == unjoined.count("1") + unjoined.count("a")


@pytest.mark.parametrize("bytes_", ["\u202e", "\u200f\u0627", "\u0627\u0301" * 50, "\ufdfa", "\u0600"])
def test_odd_signs_raise_nothing(bytes_: str) -> None:
    set_lines(bytes_, 5, letters, right_to_left=True)
    set_lines(bytes_, 5, letters, right_to_left=False)
