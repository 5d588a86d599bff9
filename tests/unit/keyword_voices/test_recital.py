"""Many sayings: kept, taken up again, in order, and only what is speech."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.keyword.voices import engines
from host_tools.keyword.voices.cache import Cache, packed, unpacked
from host_tools.keyword.voices.errors import EngineFailed, NoSuchVoice, NotSpeech, NoVoices
from host_tools.keyword.voices.recital import Recital
from host_tools.keyword.voices.saying import SAMPLE_RATE_HZ, Saying, Utterance, Voice, Wave
from host_tools.keyword.voices.validity import MARGIN_S, Unfit, fitted, unclipped
from host_tools.keyword.voices.wav import BadWav, read_wav


def tone(seconds: float, level: float = 0.3) -> Wave:
    """A tone, which is speech enough for whoever judges by level and length."""
    times = np.arange(int(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    return (level * np.sin(2 * np.pi * 300 * times)).astype(np.float32)


def quiet(seconds: float) -> Wave:
    """Nothing."""
    return np.zeros(int(seconds * SAMPLE_RATE_HZ), np.float32)


class Piano:
    """An engine whose voices are how long they sound; it counts what it was asked for."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.now: str | None = "1"

    def version(self) -> str | None:
        return self.now

    def voices(self) -> list[Voice]:
        return [Voice("piano", "0.4")]

    def made(self, name: str) -> Voice | None:
        return None

    def speak(self, saying: Saying) -> tuple[Wave, tuple[int, int] | None]:
        self.said.append(saying.text)
        if saying.voice.name == "broken":
            raise EngineFailed("piano:broken", "a string tore")
        return np.concatenate([quiet(0.2), tone(float(saying.voice.name)), quiet(0.3)]), None


@pytest.fixture
def piano(monkeypatch: pytest.MonkeyPatch) -> Piano:
    """In the place of all engines."""
    engine = Piano()
    monkeypatch.setattr(engines, "engine", lambda name: engine)
    return engine


def sayings(*names: str) -> list[Saying]:
    return [Saying(f"word{place}", Voice("piano", name), "L UH1 K") for place, name in enumerate(names)]


def test_they_come_in_order_and_those_that_failed_say_why(piano: Piano, tmp_path: Path) -> None:
    recital = Recital(tmp_path, processes=1)
    wanted = sayings("0.3", "broken", "0.5", "9", "0.4")
    said = list(recital.say(wanted))
    assert [saying for saying, _ in said] == [wanted[0], wanted[2], wanted[4]]
    assert [round((heard.end - heard.start) / SAMPLE_RATE_HZ, 2) for _, heard in said] == [0.3, 0.5, 0.4]
    assert recital.refused[wanted[1]] == "a string tore"
    assert "9.00 s for 3 phonemes" in recital.refused[wanted[3]]


def test_what_was_said_or_refused_is_not_said_again(piano: Piano, tmp_path: Path) -> None:
    wanted = sayings("0.3", "broken", "0.5")
    first = [heard.samples.tolist() for _, heard in Recital(tmp_path, processes=1).say(wanted)]
    assert len(piano.said) == 3
    told: list[tuple[int, int]] = []
    again = Recital(tmp_path, processes=1)
    second = [heard.samples.tolist() for _, heard in again.say(wanted, tell=lambda done, of: told.append((done, of)))]
    assert second == first
    assert len(piano.said) == 3
    assert told == [(3, 3)]
    assert list(again.refused) == [wanted[1]]


def test_a_stopped_recital_goes_on_where_it_was(piano: Piano, tmp_path: Path) -> None:
    wanted = sayings(*["0.3"] * 30)

    def stop(done: int, of: int) -> None:
        if done == 12:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(Recital(tmp_path, processes=1).say(wanted, tell=stop))
    before = len(piano.said)
    assert 0 < before < 30
    assert len(list(Recital(tmp_path, processes=1).say(wanted))) == 30
    assert len(piano.said) == 30


def test_another_version_of_an_engine_says_it_anew(piano: Piano, tmp_path: Path) -> None:
    list(Recital(tmp_path, processes=1).say(sayings("0.3")))
    piano.now = "2"
    list(Recital(tmp_path, processes=1).say(sayings("0.3")))
    assert len(piano.said) == 2
    piano.now = None
    with pytest.raises(NoVoices):
        list(Recital(tmp_path, processes=1).say(sayings("0.3")))


def test_a_damaged_file_is_made_again(piano: Piano, tmp_path: Path) -> None:
    list(Recital(tmp_path, processes=1).say(sayings("0.3")))
    (path,) = tmp_path.rglob("*.wav")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert len(list(Recital(tmp_path, processes=1).say(sayings("0.3")))) == 1
    assert path.read_bytes() == whole
    assert not list(tmp_path.rglob("*.wav.*"))


def test_each_part_of_a_saying_is_part_of_its_name() -> None:
    one = sayings("0.3")[0]
    others = [
        Saying("other", one.voice, one.phonemes),
        Saying(one.text, Voice("piano", "0.31"), one.phonemes),
        Saying(one.text, one.voice, "L UW1 K"),
        Saying(one.text, one.voice, one.phonemes, before="S OW1"),
        Saying(one.text, one.voice, one.phonemes, after="S OW1"),
        one.at(rate=1.1),
        one.at(pitch=1.1),
        Saying(one.text, one.voice, one.phonemes, seed=1),
    ]
    assert len({saying.digest("1") for saying in (one, *others)} | {one.digest("2")}) == 10
    assert one.digest("1") == sayings("0.3")[0].digest("1")


@given(st.lists(st.integers(-32768, 32767), min_size=1, max_size=40), st.data())
def test_what_is_kept_comes_back_and_nothing_else_does(values: list[int], data: st.DataObject) -> None:
    end = data.draw(st.integers(1, len(values)))
    utterance = Utterance(np.array(values, np.int16), data.draw(st.integers(0, end - 1)), end)
    content = packed(utterance)
    back = unpacked(content)
    assert back is not None
    assert (back.samples.tolist(), back.start, back.end) == (values, utterance.start, utterance.end)
    assert unpacked(content[: data.draw(st.integers(0, len(content) - 1))]) is None
    place = data.draw(st.integers(0, 43))  # the header
    assert (
        unpacked(content[:place] + bytes([content[place] ^ data.draw(st.integers(1, 255))]) + content[place + 1 :])
        is None
    )


@pytest.mark.parametrize(("start", "end"), [(2, 2), (3, 1), (0, 5), (0, 2**32 - 1)])
def test_words_that_can_t_be_where_the_file_says_make_it_no_utterance(start: int, end: int) -> None:
    whole = packed(Utterance(np.zeros(4, np.int16), 1, 4))
    assert unpacked(whole) is not None
    assert unpacked(whole[:-8] + start.to_bytes(4, "little") + end.to_bytes(4, "little")) is None


@given(st.binary(max_size=120))
def test_strange_bytes_are_no_utterance_and_no_wav(content: bytes) -> None:
    assert unpacked(content) is None
    with pytest.raises(BadWav):
        read_wav(content, 16_000)


def test_a_program_s_wav_of_untrue_length_is_read_to_its_end() -> None:
    content = bytearray(packed(Utterance(np.array([1, -2, 3], np.int16), 0, 1))[:50])
    content[40:44] = b"\xff\xff\xff\x7f"
    assert (read_wav(bytes(content), 16_000) * 32768).tolist() == [1, -2, 3]
    with pytest.raises(BadWav, match="16000 Hz"):
        read_wav(bytes(content), 22_050)


def test_an_utterance_is_trimmed_to_its_sound_and_a_margin() -> None:
    heard = fitted(np.concatenate([quiet(0.5), tone(0.4), quiet(0.7)]), None, 3)
    assert heard.seconds == pytest.approx(0.4 + 2 * MARGIN_S, abs=0.02)
    assert heard.start / SAMPLE_RATE_HZ == pytest.approx(MARGIN_S, abs=0.01)
    assert (heard.end - heard.start) / SAMPLE_RATE_HZ == pytest.approx(0.4, abs=0.01)


def test_loud_and_soft_ones_come_out_alike_and_none_is_clipped() -> None:
    loud, soft = fitted(tone(0.4, 0.9), None, 3), fitted(tone(0.4, 0.02), None, 3)
    assert np.abs(loud.samples).max() == pytest.approx(np.abs(soft.samples).max(), rel=0.02)
    spike = tone(0.4, 0.02)
    spike[3000] = 1.0
    assert np.abs(fitted(spike, None, 3).samples.astype(int)).max() < 32767


@pytest.mark.parametrize(
    ("wave", "span", "reason"),
    [
        (quiet(1), None, "silent"),
        (quiet(0), None, "silent"),
        (tone(0.05), None, "0.05 s for 3 phonemes"),
        (tone(4), None, "4.00 s for 3 phonemes"),
        (np.full(8000, np.nan, np.float32), None, "no sound"),
        (np.concatenate([tone(0.4), quiet(1.0)]), (16_000, 20_000), "the words are silent"),
    ],
)
def test_what_is_no_utterance_is_refused(wave: Wave, span: tuple[int, int] | None, reason: str) -> None:
    with pytest.raises(Unfit, match=reason):
        fitted(wave, span, 3)


def test_clipped_sound_of_a_program_is_refused() -> None:
    assert unclipped(tone(0.4, 0.99)) is not None
    with pytest.raises(Unfit, match="clipped"):
        unclipped(np.clip(tone(0.4, 3.0), -1, 32767 / 32768).astype(np.float32))


def test_one_saying_that_is_no_speech_names_its_voice(piano: Piano) -> None:
    with pytest.raises(NotSpeech, match="piano:9 can't say 'word0'"):
        engines.speak(sayings("9")[0])


def test_an_engine_that_nobody_knows_is_refused() -> None:
    with pytest.raises(NoSuchVoice):
        engines.installed("gramophone")
    with pytest.raises(NoSuchVoice):
        engines.find_voice("gramophone:caruso")
    with pytest.raises(NoSuchVoice):
        engines.find_voice("")


def test_the_cache_knows_what_it_keeps(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    assert not cache.knows("ab12")
    cache.refuse("ab12", "too quiet")
    assert cache.knows("ab12")
    assert cache.refusal("ab12") == "too quiet"
    assert cache.utterance("ab12") is None
