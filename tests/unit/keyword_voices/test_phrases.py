"""How phrases sound, what sounds nearly like them, and what is refused."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.exits import Exit
from host_tools.keyword.phrases import dictionary, pronunciations
from host_tools.keyword.phrases.arpabet import is_phoneme, is_vowel, sounds
from host_tools.keyword.phrases.distance import NAMES, added, coded, distance, distances, unlike
from host_tools.keyword.phrases.errors import NoPronunciation, PhraseError, PhraseTooLong, PhraseTooShort
from host_tools.keyword.phrases.near_misses import NearMiss, contains, drawn, near_misses
from host_tools.keyword.phrases.negatives import negative_sentences
from host_tools.keyword.phrases.risk import risk
from host_tools.keyword.phrases.sentences import chatter, common_words, sentences

LOOK, STOP = ["L UH1 K"], ["S T AA1 P"]
_PHONEMES = st.lists(st.sampled_from(sorted(NAMES)), min_size=1, max_size=8).map(" ".join)


def test_a_word_of_the_dictionary_sounds_as_it_says() -> None:
    assert pronunciations.pronunciations("look") == LOOK
    assert pronunciations.pronunciations("Stop!") == STOP
    assert pronunciations.pronunciations("tomato")[:2] == ["T AH0 M EY1 T OW2", "T AH0 M AA1 T OW2"]


def test_words_are_joined_with_a_break_and_hyphens_part_them() -> None:
    assert pronunciations.pronunciations("hey, glasses")[0] == "HH EY1 | G L AE1 S AH0 Z"
    assert pronunciations.pronunciations("look-see")[0] == "L UH1 K | S IY1"


def test_phonemes_between_slashes_are_taken_as_they_stand_and_get_a_stress() -> None:
    assert pronunciations.pronunciations("hey /N AA1 B UW0/") == ["HH EY1 | N AA1 B UW0"]
    assert pronunciations.pronunciations("/n aa b uw/") == ["N AA1 B UW0"]


@pytest.mark.parametrize("phrase", ["東京", "look %%", "/N QQ/", "hey //"])
def test_what_has_no_sound_is_refused_by_name(phrase: str) -> None:
    with pytest.raises(NoPronunciation) as refused:
        pronunciations.pronunciations(phrase)
    assert refused.value.phrase == phrase
    assert refused.value.word in phrase
    assert "\n" not in str(refused.value)
    assert "ARPAbet" in str(refused.value)
    assert refused.value.exit_code == Exit.KEYWORD


@pytest.mark.parametrize(("phrase", "phonemes"), [("a", 1), ("go", 2), ("", 0), ("…", 0)])
def test_a_phrase_of_too_few_sounds_is_refused(phrase: str, phonemes: int) -> None:
    with pytest.raises(PhraseTooShort) as refused:
        pronunciations.pronunciations(phrase)
    assert (refused.value.phonemes, refused.value.fewest) == (phonemes, pronunciations.FEWEST_PHONEMES)


def test_a_phrase_that_does_not_fit_into_the_window_is_refused() -> None:
    with pytest.raises(PhraseTooLong):
        pronunciations.pronunciations("please take a photograph of everything that is here")


def test_without_espeak_a_word_that_no_dictionary_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dictionary.program, "version", lambda: None)
    dictionary.read_by_espeak.cache_clear()
    try:
        with pytest.raises(NoPronunciation, match="in no dictionary"):
            pronunciations.pronunciations("hey plainsightish")
        assert pronunciations.pronunciations("hey computer")
    finally:
        dictionary.read_by_espeak.cache_clear()


@given(st.text("ab /|1'é東-!", max_size=12))
def test_any_text_has_a_sound_or_is_refused_in_one_line(text: str) -> None:
    forms, told = [], ""
    try:
        forms = pronunciations.pronunciations(text)
    except PhraseError as error:
        told = str(error)
    assert len(told.splitlines()) == (0 if forms else 1)
    assert all(is_phoneme(symbol) or symbol == "|" for form in forms for symbol in form.split())


@given(st.sampled_from([*LOOK, *STOP, "HH EY1 | AH0 L EH1 K S AH0", "W AO1 T ER0 | R IH0 NG"]), st.integers())
def test_a_variation_keeps_the_words_the_vowels_and_nearly_the_sound(form: str, seed: int) -> None:
    varied = pronunciations.varied(form, random.Random(seed))
    assert varied.count("|") == form.count("|")
    assert len(sounds(varied)) == len(sounds(form))
    assert [is_vowel(a) for a in sounds(varied)] == [is_vowel(a) for a in sounds(form)]
    assert distance(varied, form) <= 0.5 * len(sounds(form))


@given(_PHONEMES, _PHONEMES)
def test_the_distance_is_none_to_itself_and_the_same_both_ways(one: str, other: str) -> None:
    assert distance(one, one) == 0
    assert distance(one, other) == pytest.approx(distance(other, one), abs=1e-5)
    assert (distance(one, other) < 1e-6) == (one.split() == other.split())


def test_what_is_easily_mistaken_is_near() -> None:
    assert unlike("P", "B") < unlike("P", "M") < unlike("P", "AA")
    assert unlike("IH", "IY") < unlike("IH", "AO")
    assert added("HH") < added("S") < added("IY")
    assert distance("L UH1 K", "B UH1 K") < distance("L UH1 K", "S T AA1 P")


def test_many_distances_at_once_are_those_one_by_one() -> None:
    words = ["B UH1 K", "L AE1 K", "S T AA1", "M IY1 N"]
    many = distances(coded("L UH1 K"), np.stack([coded(word) for word in words]))
    assert many.tolist() == pytest.approx([distance("L UH1 K", word) for word in words])


@pytest.fixture(scope="module")
def misses() -> list[NearMiss]:
    """Those of "stop"."""
    return near_misses(STOP)


def test_the_phrase_is_found_over_word_breaks_and_as_those_say_it_who_merge_vowels() -> None:
    assert contains("DH IH1 S | T AA1 P", STOP)
    assert contains("AH0 | S T AO1 P", STOP)
    assert contains("S D AA1 P", STOP)
    assert contains("W AO1 T AH0", ["W AO1 T ER0"])
    assert not contains("S P AA1 T", STOP)
    assert not contains("S T EH1 P", STOP)
    assert not contains("L UW1 K", LOOK)


def test_near_misses_are_of_all_kinds_and_never_the_phrase(misses: list[NearMiss]) -> None:
    kinds = {miss.kind for miss in misses}
    assert kinds == {"word", "pair", "fragment", "contains", "changed"}
    assert not [miss for miss in misses if miss.kind != "contains" and contains(miss.phonemes, STOP)]
    assert all(contains(miss.phonemes, STOP) for miss in misses if miss.kind == "contains")
    assert {"shop", "spot", "step", "top"} <= {miss.text for miss in misses}
    assert len({miss.phonemes for miss in misses}) > 200


def test_nearer_misses_are_drawn_more_often(misses: list[NearMiss]) -> None:
    words = [miss for miss in misses if miss.kind == "word"]
    chosen = drawn(words, 2000, seed=1)
    middle = sorted(miss.distance for miss in words)[len(words) // 2]
    assert sum(miss.distance <= middle for miss in chosen) > 1100
    assert drawn([], 5, seed=1) == []


def test_sentences_without_the_phrase_are_many_different_and_without_it() -> None:
    said = negative_sentences(["R EY1 N", *LOOK], 600, seed=2)
    assert len(set(said)) == 600
    assert not [text for text in said if " rain " in f" {text} " or "train" in text]
    heard = {symbol for text in said[:200] for symbol in sounds(next(iter(pronunciations.readings(text)), ""))}
    assert {symbol.rstrip("012") for symbol in heard} == set(NAMES)


def test_chatter_is_the_same_for_a_seed_and_has_what_was_written() -> None:
    assert chatter(50, 3) == chatter(50, 3) != chatter(50, 4)
    assert len(sentences()) > 200
    assert len(set(sentences()) & set(chatter(1000, 1))) > 150
    assert not set(chatter(300, 1, without=["the"])) & {text for text in sentences() if " the " in text}
    assert {"table", "the", "water"} <= common_words()


def test_a_short_phrase_is_a_risk_and_a_long_one_is_not() -> None:
    short, long = risk("look", LOOK), risk("hey plainsight", pronunciations.pronunciations("hey computer"))
    assert short.high
    assert f"{short.near_places_an_hour:.0f} places in an hour" in str(short)
    assert not long.high
    assert short.near_places_an_hour > 100 > long.near_places_an_hour
    assert short.near_words > long.near_words


def test_one_sound_is_told_in_the_singular() -> None:
    assert "has 1 sound, and" in str(PhraseTooShort("a", 1, 3))
    assert "has 2 sounds, and" in str(PhraseTooShort("no", 2, 3))
