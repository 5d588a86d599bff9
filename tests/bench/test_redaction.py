"""The corpus of the bench is what it says: right check digits, the same every time, and judges that can count."""

from __future__ import annotations

import itertools
import random

import pytest

from companion_app.seeing.checks import Writing, classify
from companion_app.seeing.geometry import Line, Quad
from host_tools.bench.redaction import invented
from host_tools.bench.redaction.judges import characters_of, words_of
from host_tools.bench.redaction.replay import Tape
from host_tools.bench.redaction.scenes import KINDS, PER_KIND, scenes


def line(text: str, row: int = 0) -> Line:
    left, top, right, bottom = 10.0, 10.0 + 40 * row, 10.0 + 18 * len(text), 40.0 + 40 * row
    return Line(text, 1.0, Quad(((left, top), (right, top), (right, bottom), (left, bottom))))


@pytest.mark.parametrize("seed", range(20))
def test_invented_numbers_are_taken_for_what_they_are(seed: int) -> None:
    chance = random.Random(seed)
    _bank, number, _name, _expiry = invented.card(chance)
    assert classify([line(number)]) == (Writing.CARD,)
    zone = [line(text, row) for row, text in enumerate(invented.passport(chance))]
    assert classify(zone) == (Writing.DOCUMENT, Writing.DOCUMENT)
    assert all(len(one.text) == 44 for one in zone)


def test_there_are_more_than_ninety_scenes_and_they_come_again_the_same() -> None:
    assert len(KINDS) * PER_KIND >= 90
    one, other = (list(itertools.islice(scenes(1), 3)) for _ in range(2))
    assert one == other
    assert one[0].jpeg != one[1].jpeg
    assert all(scene.secret for scene in one)


def test_only_words_of_the_scene_count_as_read() -> None:
    lines = ("4111 1111 1111 1111", "ERIKA MUSTERMANN")
    assert characters_of(lines, ["Erika M", "41111111", "noise"]) == len("ERIKA") + len("41111111")
    assert characters_of(lines, ["|—", "", "er"]) == 0
    assert words_of("P<UTO, 12 ab3") == ["UTO", "AB3"]


def test_a_tape_plays_what_was_noted_while_it_ran() -> None:
    tape, played = Tape(), list[int]()
    tape.note(lambda: played.append(1))
    tape.on = True
    tape.note(lambda: played.append(2))
    assert tape.again_s() >= 0
    assert played == [2]
