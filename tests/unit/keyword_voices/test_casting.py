"""Who says it how: as different as people are, the same for a seed, and the test's voices never in training."""

from __future__ import annotations

import random

import pytest

from host_tools.keyword.phrases.arpabet import sounds
from host_tools.keyword.voices import Voice, engines
from host_tools.keyword.voices.casting import EXACT, SHARES, Manner, cast, cast_each, parted_for
from host_tools.keyword.voices.errors import NoVoices

FORMS = ["AH0 L EH1 K S AH0", "AH0 L EH1 G Z AH0"]
SPOKEN = [
    *(Voice("espeak", f"{accent}+v{number}", accent) for accent in ("en-us", "en-gb") for number in range(20)),
    *(Voice("espeak", accent, accent) for accent in ("en-us", "en-gb", "de", "fr", "hi", "ja", "it", "es")),
]
SUNG = [Voice("kokoro", f"{kind}_v{number}", kind) for kind in ("en-us", "ja") for number in range(10)]


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Voice]]:
    """The voices that are installed."""
    voices = {"espeak": SPOKEN, "flite": [Voice("flite", name) for name in "abcde"], "kokoro": SUNG}
    monkeypatch.setattr(engines, "installed", lambda name: voices[name])
    return voices


def parents(name: str) -> set[str]:
    """Whose voices are in a speaker of Kokoro."""
    return {term.partition("*")[0] for side in name.split("/") for term in side.split("+")}


def test_the_same_seed_gives_the_same_plan_and_another_another() -> None:
    assert cast("alexa", FORMS, 50, 1) == cast("alexa", FORMS, 50, 1)
    assert cast("alexa", FORMS, 50, 1) != cast("alexa", FORMS, 50, 2)


def test_engines_have_their_shares_and_those_that_are_absent_give_theirs_away(here: dict[str, list[Voice]]) -> None:
    plan = cast("alexa", FORMS, 2000, 1)
    for name, share in SHARES.items():
        assert abs(sum(saying.voice.engine == name for saying in plan) / 2000 - share) < 0.05
    here["kokoro"] = here["flite"] = []
    assert {saying.voice.engine for saying in cast("alexa", FORMS, 50, 1)} == {"espeak"}
    here["espeak"] = []
    with pytest.raises(NoVoices):
        cast("alexa", FORMS, 50, 1)


def test_hardly_anything_is_said_twice_in_one_way() -> None:
    plan = cast("alexa", FORMS, 1000, 1)
    assert len(set(plan)) == 1000
    assert len({saying.voice for saying in plan}) > 500
    assert len({saying.voice.accent for saying in plan}) > 8
    assert {bool(saying.before) for saying in plan} == {bool(saying.after) for saying in plan} == {True, False}
    rates = sorted(saying.rate for saying in plan)
    assert rates[0] < 0.8
    assert rates[-1] > 1.4
    assert 0.9 < rates[500] < 1.2
    assert len({saying.phonemes for saying in plan}) > 4


def test_the_first_pronunciation_is_said_most_often() -> None:
    plan = cast("alexa", FORMS, 1000, 1, manner=Manner(varied_share=0))
    first = sum(saying.phonemes == FORMS[0] for saying in plan)
    assert 550 < first < 750
    assert all(saying.phonemes in FORMS for saying in plan)


def test_training_never_hears_a_voice_of_the_test() -> None:
    train, test = (cast("alexa", FORMS, 1500, 1, part=part) for part in ("train", "test"))
    blends = [set[str](), set[str]()]
    speakers = [set[str](), set[str]()]
    for side, plan in enumerate((train, test)):
        for saying in plan:
            if saying.voice.engine == "kokoro":
                blends[side] |= parents(saying.voice.name)
            else:
                speakers[side].add(saying.voice.name.partition("+")[2] or saying.voice.name)
    assert blends[0]
    assert blends[1]
    assert not blends[0] & blends[1]
    assert not (speakers[0] & speakers[1]) - {""}
    accents = [{saying.voice.accent for saying in plan if saying.voice.accent[:2] != "en"} for plan in (train, test)]
    assert not accents[0] & accents[1]


def test_a_fifth_of_the_speakers_is_the_test_s_whatever_accent_they_speak_in() -> None:
    test = parted_for("test", SPOKEN)
    variants = {voice.name.partition("+")[2] for voice in test if "+" in voice.name}
    assert 2 <= len(variants) <= 8
    assert all(voice in test for voice in SPOKEN if voice.name.partition("+")[2] in variants and "+" in voice.name)
    assert set(test) | set(parted_for("train", SPOKEN)) == set(SPOKEN)


def test_near_misses_are_said_exactly_as_written_and_without_an_accent() -> None:
    words = [("luke", "L UW1 K"), ("a sentence", "")] * 200
    plan = cast_each(words, 1)
    assert [(saying.text, saying.phonemes) for saying in plan] == words
    assert not [saying for saying in plan if saying.before or saying.after]
    assert {saying.voice.accent[:2] for saying in plan if saying.voice.engine != "flite"} <= {"en"}
    assert EXACT.varied_share == EXACT.accent_share == EXACT.context_share == 0


def test_what_stands_around_is_never_long_and_always_arpabet() -> None:
    plan = cast("alexa", FORMS, 500, random.Random(3).randrange(1000), manner=Manner(context_share=1))
    assert all(saying.before or saying.after for saying in plan)
    assert max(len(sounds(f"{saying.before} {saying.after}")) for saying in plan) < 20
