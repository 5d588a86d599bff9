"""The firmware's engine under MicroPython and TFLite's reference kernels: of one opinion, output by output."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from host_tools.keyword.convert import stock
from host_tools.keyword.errors import EngineEnded, ModelRefused
from host_tools.keyword.scoring import engine as engine_module
from host_tools.keyword.scoring.engine import FirmwareEngine
from host_tools.keyword.scoring.heard import padded
from host_tools.keyword.scoring.models import load
from host_tools.keyword.scoring.reference import ReferenceEngine
from tests.recordings import RECORDINGS, needs_recordings, read_speech

RNG = np.random.default_rng(3)


def extremes() -> list[np.ndarray]:
    """Speech, silence, a square wave at full scale, an offset, noise, less than a hop, nothing at all."""
    speech, _ = soundfile.read(read_speech(), dtype="int16")
    square = np.tile(np.repeat(np.array([32767, -32768], np.int16), 20), 500)
    noise = RNG.integers(-32768, 32767, 16_000).astype(np.int16)
    offset = np.full(8000, 12_000, np.int16)
    return [speech[:64_000], np.zeros(16_000, np.int16), square, offset, noise, noise[:100], noise[:0]]


@pytest.mark.parametrize("name", ["okay_nabu", "alexa"])
def test_both_engines_give_the_same_outputs(name: str) -> None:
    model = load(name)
    sounds = extremes()
    with FirmwareEngine(model.content, len(model.words), processes=2) as firmware:
        heard = firmware.hear(sounds)
    reference = ReferenceEngine(stock.find(name)[0], model.words).hear(sounds)
    for sound, one, other in zip(sounds, heard, reference, strict=True):
        assert np.array_equal(one.outputs, other.outputs)
        assert one.recognised == other.recognised
        assert len(one.outputs) == max(0, len(sound) // 160 - 2) // 3


@needs_recordings
def test_real_words_are_recognised_by_both_at_the_same_steps() -> None:
    names = ("1.flac", "33.flac", "142.flac", "200.flac", "7.flac", "129.flac")
    sounds = [padded(_whole(name)) for name in names]
    model = load("alexa")
    with FirmwareEngine(model.content, 1, processes=2) as firmware:
        heard = firmware.hear(sounds)
    reference = ReferenceEngine(stock.find("alexa")[0], model.words).hear(sounds)
    assert [one.recognised for one in heard] == [one.recognised for one in reference]
    assert sum(one.times(0) for one in heard) >= 5


def _whole(name: str) -> np.ndarray:
    from host_tools.keyword.recordings import read

    return read(RECORDINGS / "alexa" / name).samples


def test_nothing_of_one_sound_is_heard_in_the_next() -> None:
    model = load("alexa")
    noise = RNG.integers(-20_000, 20_000, 24_000).astype(np.int16)
    with FirmwareEngine(model.content, 1, processes=1) as firmware:
        first, _, again = firmware.hear([noise, noise[:9_001], noise])
    assert np.array_equal(first.outputs, again.outputs)


def test_answers_come_in_the_order_of_the_sounds_and_are_counted() -> None:
    model = load("alexa")
    sounds = [np.zeros(160 * (2 + 3 * steps), np.int16) for steps in (40, 1, 7, 30, 2, 0, 5)]
    told: list[int] = []
    with FirmwareEngine(model.content, 1, processes=3) as firmware:
        heard = firmware.hear(sounds, told.append)
        assert firmware.hear([]) == []
    assert [len(one.outputs) for one in heard] == [40, 1, 7, 30, 2, 0, 5]
    assert told == [1, 2, 3, 4, 5, 6, 7]


def test_a_model_that_is_none_is_refused_with_the_firmwares_words() -> None:
    with pytest.raises(ModelRefused, match=r"the model: .*convert it again"), FirmwareEngine(b"x" * 100, 1, 1):
        pass


def test_an_engine_that_ends_is_an_error_with_its_last_words(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    main = tmp_path / "main.py"
    main.write_text("import sys\nsys.stdout.buffer.write(b'\\0\\0')\nraise ValueError('gone')")
    monkeypatch.setattr(engine_module, "_MAIN", main)
    firmware = FirmwareEngine(b"", 1, 2)
    with pytest.raises(EngineEnded, match="ValueError: gone"), firmware:
        firmware.hear([np.zeros(160_000, np.int16)] * 4)
    assert [worker._process.poll() is None for worker in firmware._workers] == [False, False]
