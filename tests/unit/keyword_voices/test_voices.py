"""The engines themselves: what they are told, that they speak, and where the words are."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from host_tools.keyword.phrases.arpabet import CONSONANTS, VOWELS
from host_tools.keyword.voices import Recital, Saying, Utterance, Voice, find_voice, installed, speak
from host_tools.keyword.voices.errors import NoSuchVoice
from host_tools.keyword.voices.espeak import program, speakers
from host_tools.keyword.voices.espeak import speech as espeak
from host_tools.keyword.voices.espeak.mnemonics import ACCENTS, BRITISH, mnemonics
from host_tools.keyword.voices.saying import SAMPLE_RATE_HZ

STOP = "S T AA1 P"
_SILENCED = {("fr", "HH"), ("it", "HH")}


@pytest.mark.parametrize(
    ("phonemes", "language", "said"),
    [
        ("L UH1 K", "en-us", "l|'U|k"),
        ("S T AA1 P", "en-us", "s|t|'A:|p"),
        ("S T AA1 P", "en-gb", "s|t|'0|p"),
        ("F AO1 R | AE1 P AH0 L Z", "en-us", "f|'O@ 'a|p|@|l|z"),
        ("M EH1 R IY0", "en-us", "m|'e@|r|i"),
        ("W AH1 N , T UW1", "en-us", "w|'V|n _: t|'u:"),
        ("W AO1 T ER0", "de", "v|'O|t|@r"),
        ("TH IH1 NG K", "fr", "s|'i|N|k"),
        ("HH EY1", "fr", "'e"),
        ("T AA1 P", "hi", "t.|'a:|p"),
    ],
)
def test_phonemes_for_espeak(phonemes: str, language: str, said: str) -> None:
    assert mnemonics(phonemes, language) == said


@pytest.mark.parametrize("language", [*ACCENTS, *BRITISH, "en-us"])
def test_every_sound_of_an_accent_is_one_that_espeak_has_in_that_language(language: str) -> None:
    said = {base: mnemonics(f"{base}1" if base in VOWELS else base, language) for base in sorted(VOWELS | CONSONANTS)}
    assert {(language, base) for base, sound in said.items() if not sound} <= _SILENCED
    # It drops what it does not know without a word: so each is asked for alone, one a line.
    lines = "\n".join(f"[[{sound}]]." for sound in said.values() if sound)
    told = program.run(["-v", language, "-q", "-x", "--stdin"], lines).decode().split("\n")
    missing = [line for line in told if re.fullmatch(r"[\s_:|,']*", line)]
    assert len(missing) <= (2 if language == "en-gb-x-gbcwmd" else 1)  # its last line is empty; there nobody says h


def test_espeak_has_the_voices_it_should() -> None:
    voices = installed("espeak")
    accents = {voice.accent for voice in voices}
    assert accents == {*ACCENTS, *BRITISH, "en-us", "en-us-nyc", "en-029"}
    assert len(speakers.shipped()) > 70
    assert not [name for name in speakers.shipped() if "robo" in name.lower() or "whisper" in name]


def seconds(utterance: Utterance) -> float:
    """How long its words are."""
    return (utterance.end - utterance.start) / SAMPLE_RATE_HZ


def test_espeak_says_a_word_and_faster_and_higher_as_it_is_told() -> None:
    voice = find_voice("espeak:en-us")
    plain = speak(Saying("stop", voice, STOP))
    assert 0.25 < seconds(plain) < 0.8
    assert seconds(speak(Saying("stop", voice, STOP, rate=1.8))) < 0.8 * seconds(plain)
    assert melody(speak(Saying("stop", voice, STOP, pitch=1.6))) > 1.15 * melody(plain)


def melody(utterance: Utterance) -> float:
    """The pitch in Hz, where the words are loudest."""
    samples = utterance.samples.astype(float)
    loudest = int(np.argmax(np.convolve(np.abs(samples), np.ones(800), "same")))
    window = samples[max(0, loudest - 800) : loudest + 800]
    echo = np.correlate(window, window, "full")[len(window) - 1 :]
    slowest, fastest = SAMPLE_RATE_HZ // 60, SAMPLE_RATE_HZ // 250
    return SAMPLE_RATE_HZ / (fastest + int(np.argmax(echo[fastest:slowest])))


@pytest.mark.parametrize("label", ["espeak:en-gb+f3", "espeak:de", "flite:slt"])
def test_the_words_are_found_among_others(label: str) -> None:
    voice = find_voice(label)
    alone = speak(Saying("stop", voice, STOP))
    last = speak(Saying("stop", voice, STOP, before="W EH1 L | M EY1 B IY0"))
    first = speak(Saying("stop", voice, STOP, after="M AY1 | F R EH1 N D"))
    for within in (last, first):
        assert within.seconds > alone.seconds + 0.15
        assert 0.4 * seconds(alone) < seconds(within) < 1.4 * seconds(alone)
    assert last.start / SAMPLE_RATE_HZ > 0.3
    assert last.seconds - last.end / SAMPLE_RATE_HZ < 0.2
    assert first.start / SAMPLE_RATE_HZ < 0.2
    assert first.seconds - first.end / SAMPLE_RATE_HZ > 0.3


def test_a_made_up_speaker_is_the_same_for_its_number_and_another_for_another() -> None:
    assert speakers.variant(5) == speakers.variant(5) != speakers.variant(6)
    one, same, other = (speak(Saying("stop", espeak.made_up(seed), STOP)) for seed in (5, 5, 6))
    assert one.samples.tolist() == same.samples.tolist()
    assert one.samples.tolist() != other.samples.tolist()
    assert find_voice("espeak:hi+made12") == Voice("espeak", "hi+made12", "hi")


@pytest.mark.parametrize(
    "label", ["espeak:xx", "espeak:en-us+nobody", "espeak:xx+made3", "flite:nobody", "kokoro:no_one"]
)
def test_nobody_of_that_name(label: str) -> None:
    with pytest.raises(NoSuchVoice):
        find_voice(label)


def test_made_up_speakers_differ_as_people_do() -> None:
    drawn = [speakers.variant(seed) for seed in range(300)]
    lows = [int(re.search(r"pitch (\d+)", text)[1]) for text in drawn]  # pyright: ignore[reportOptionalSubscript]
    assert min(lows) < 90
    assert max(lows) > 280
    kinds = [text.count("gender female") for text in drawn]
    assert 0.4 < sum(kinds) / len(kinds) < 0.8
    assert len(set(drawn)) == 300


def test_flite_reads_a_text_where_its_reading_is_what_was_asked_for() -> None:
    voice = find_voice("flite:rms")
    read = speak(Saying("stop", voice, STOP))
    spelled = speak(Saying("something else", voice, STOP))
    assert 0.2 < seconds(read) < 0.9
    assert 0.2 < seconds(spelled) < 0.9
    assert read.samples.tolist() != spelled.samples.tolist()
    assert seconds(speak(Saying("stop", voice, STOP, rate=1.6))) < seconds(read)


def test_two_processes_say_what_one_says(tmp_path: Path) -> None:
    sayings = [Saying("stop", espeak.made_up(seed), STOP) for seed in range(14)]
    one = [heard.samples.tolist() for _, heard in Recital(tmp_path / "one", processes=1).say(sayings)]
    two = [heard.samples.tolist() for _, heard in Recital(tmp_path / "two", processes=2).say(sayings)]
    assert len(one) == 14
    assert one == two
