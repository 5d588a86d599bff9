"""When somebody has finished speaking, by loudness alone."""

from __future__ import annotations

import random

import pytest
from plainsight.question.speech import LONGEST_SAMPLES, Speech

_WINDOW = 512
_S = 16_000 / _WINDOW


def heard(levels: list[int], block: int = _WINDOW) -> tuple[str, float]:
    """Why it ended, and after how many seconds; one level for each 32 ms."""
    speech = Speech()
    for level in levels:
        for _ in range(_WINDOW // block):
            speech.hear(level * block, block)
            if speech.over:
                return speech.over, speech.samples / 16_000
    return "", speech.samples / 16_000


def room(seconds: float, level: int = 100) -> list[int]:
    chance = random.Random(1)
    return [round(level * chance.uniform(0.9, 1.1)) for _ in range(round(seconds * _S))]


def words(seconds: float, level: int = 900) -> list[int]:
    """Syllables: 190 ms loud, 64 ms nearly as quiet as the room."""
    return [level if at % 8 < 6 else 110 for at in range(round(seconds * _S))]


@pytest.mark.parametrize("block", [128, 512])
def test_a_pause_after_words_is_the_end(block: int) -> None:
    over, after_s = heard(room(0.5) + words(2) + room(4), block)
    assert over == "silence"
    assert 3.5 <= after_s < 3.8


def test_a_pause_between_words_is_not() -> None:
    over, after_s = heard(words(1) + room(0.8) + words(1) + room(4))
    assert over == "silence"
    assert after_s > 3.7


def test_silence_from_the_start_is_nothing_said() -> None:
    over, after_s = heard(room(8))
    assert over == "nothing_said"
    assert after_s == pytest.approx(4, abs=0.1)


def test_a_click_is_no_word() -> None:
    assert heard([*room(1), 20_000, 20_000, *room(8)])[0] == "nothing_said"


def test_dead_silence_and_faint_hiss_are_nothing_said() -> None:
    assert heard([0] * 300)[0] == "nothing_said"
    assert heard([at % 20 for at in range(300)])[0] == "nothing_said"


def test_whoever_speaks_at_once_is_heard() -> None:
    assert heard(words(2) + room(4))[0] == "silence"


def test_words_over_a_noisy_place_are_heard() -> None:
    assert heard(room(0.3, 450) + words(1.5, 1400) + room(4, 450))[0] == "silence"


def test_who_speaks_on_is_ended_by_time() -> None:
    over, after_s = heard(words(20))
    assert over == "time"
    assert after_s == pytest.approx(LONGEST_SAMPLES / 16_000, abs=0.04)


def test_each_question_begins_anew() -> None:
    speech = Speech()
    while not speech.over:
        speech.hear(3000 * _WINDOW, _WINDOW)
    speech.reset()
    assert (speech.over, speech.samples, speech.said) == ("", 0, False)
    speech.hear(100, _WINDOW)
    assert not speech.said
