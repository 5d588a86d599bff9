"""A person's hand at the button: asked at the terminal, past what pytest captures, and believed when Enter comes."""

from __future__ import annotations

import os
import pty
from collections.abc import Iterator
from pathlib import Path

import pytest

from host_tools.exits import Exit, UsageError
from host_tools.harness.button import Hand, ask_at_terminal, button_of


@pytest.fixture
def terminal() -> Iterator[tuple[int, Path]]:
    """The person's end of a terminal, and the path of the other."""
    person, program = pty.openpty()
    yield person, Path(os.ttyname(program))
    os.close(person)
    os.close(program)


def test_a_hand_is_asked_to_hold_and_to_let_go() -> None:
    asked: list[str] = []
    hand = Hand(asked.append)
    hand.press()
    hand.release()
    assert ["hold it down" in asked[0], "let go" in asked[1]] == [True, True]
    assert all("Enter" in text for text in asked)


def test_the_terminal_shows_the_question_and_waits_for_enter(terminal: tuple[int, Path]) -> None:
    person, path = terminal
    os.write(person, b"\n")
    ask_at_terminal("press the button", path)
    shown = b""
    while b">>> press the button: " not in shown:  # all of it is there; how it is cut into reads is the kernel's affair
        shown += os.read(person, 1000)


def test_without_a_terminal_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--hand") as missing:
        ask_at_terminal("press the button", tmp_path / "none")
    assert missing.value.exit_code is Exit.USAGE


def test_a_terminal_at_which_nobody_answers_is_no_hand() -> None:
    with pytest.raises(UsageError, match="nobody answers"):
        ask_at_terminal("press the button", Path(os.devnull))


def test_only_who_offers_a_hand_is_asked() -> None:
    assert button_of(None, None) is None
    assert isinstance(button_of(None, None, hand=True), Hand)
