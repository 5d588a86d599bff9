"""What an endpoint says piece by piece: bounded, cleaned, and told in pieces that add up to the whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from companion_app.sharing.endpoints.transcript import MAX_ANSWER_CHARACTERS, Transcript

_LONG = "x" * (MAX_ANSWER_CHARACTERS - 3)


def said(*pieces: str) -> tuple[str, list[str]]:
    """The whole, and what was heard on the way."""
    heard: list[str] = []
    transcript = Transcript(heard.append)
    for piece in pieces:
        transcript.say(piece)
    return transcript.text, heard


def test_white_space_before_the_answer_is_not_told_and_within_it_stays() -> None:
    assert said(" \n", " A ", "\n", " pier. \n") == ("A \n pier.", ["A ", "\n", " pier. \n"])


def test_what_changes_what_a_reader_sees_is_dropped_in_each_piece() -> None:
    assert said("a\x1b[2J", "\u202e", "b\u200b") == ("a[2Jb", ["a[2J", "b"])


def test_an_answer_that_is_full_takes_nothing_more_and_shows_it_once() -> None:
    text, heard = said(_LONG, "yy", "z", "z")
    assert text == "".join(heard) == _LONG + "yy…"
    assert len(text) == MAX_ANSWER_CHARACTERS
    assert said(_LONG, "abcdef", "g")[0] == _LONG + "ab…"


def test_one_ellipsis_is_enough() -> None:
    transcript = Transcript(lambda _piece: None)
    transcript.say("A pier")
    transcript.cut()
    transcript.cut()
    transcript.say(" more")
    assert transcript.text == "A pier…"


def test_the_name_of_who_speaks_adds_no_line_to_what_the_app_says_itself() -> None:
    transcript = Transcript(lambda _piece: None)
    transcript.name_model("m\noutcome     failed before sending\x1b[2J\tx")
    assert transcript.model == "m outcome failed before sending[2J x"


@given(st.lists(st.text(max_size=8) | st.sampled_from([_LONG, _LONG + "yyy", "\u2028", " "]), max_size=8))
def test_the_pieces_add_up_to_a_bounded_whole(pieces: list[str]) -> None:
    text, heard = said(*pieces)
    assert "".join(heard).strip() == text
    assert "" not in heard
    assert len(text) <= MAX_ANSWER_CHARACTERS
