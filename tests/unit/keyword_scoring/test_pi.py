"""The Pi's detector recognises what the firmware's does, at the same steps."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import numpy as np
import pytest
import soundfile
from plainsight.keyword import model as firmware_model
from plainsight.keyword.detector import Detector

from host_tools.keyword.convert import stock
from host_tools.keyword.recordings import read
from host_tools.keyword.scoring.engine import FirmwareEngine
from host_tools.keyword.scoring.heard import padded
from host_tools.keyword.scoring.models import load
from host_tools.simulator.paths import FIRMWARE
from tests.recordings import RECORDINGS, needs_recordings, read_speech


@pytest.fixture(scope="module")
def board() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pi_keyword", FIRMWARE / "boards/pi_zero_2w/keyword.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def followed(detector: Detector, sound: np.ndarray, sizes: list[int]) -> tuple[list[tuple[int, int]], bytes]:
    """(step, word) of what it recognises, and every output, with the sound in blocks of these sizes."""
    found, outputs, at, turn = [], b"", 0, 0
    content = sound.astype("<i2").tobytes()
    while at < len(sound):
        size, before = min(sizes[turn % len(sizes)], len(sound) - at), detector.steps
        word = detector.feed(memoryview(content)[2 * at :], size)
        if detector.steps != before:
            outputs += bytes(detector.outputs)
        if word >= 0:
            found.append((detector.steps - 1, word))
        at, turn = at + size, turn + 1
    return found, outputs


def of_board(board: ModuleType, name: str) -> Detector:
    """The firmware's detector with the Pi's parts."""
    content = load(name).content
    return Detector(firmware_model.read(content), board.Frontend(), board.Network(stock.find(name)[0].read_bytes()))


def both(board: ModuleType, name: str, sounds: list[np.ndarray]) -> list[tuple[int, int]]:
    """What the Pi recognised in all of them, where it was of the firmware's opinion throughout."""
    model = load(name)
    with FirmwareEngine(model.content, len(model.words), processes=1) as firmware:
        heard = firmware.hear(sounds)
    detector = of_board(board, name)
    recognised: list[tuple[int, int]] = []
    for sound, one in zip(sounds, heard, strict=True):
        detector.reset()
        found, outputs = followed(detector, sound, [160, 384, 1, 96, 480])
        assert found == list(one.recognised)
        assert outputs == one.outputs.tobytes()
        recognised += found
    return recognised


def test_it_hears_in_speech_what_the_firmware_hears(board: ModuleType) -> None:
    speech, _ = soundfile.read(read_speech(), dtype="int16")
    assert both(board, "okay_nabu", [speech[:40_000], np.zeros(8000, np.int16)]) == []


@needs_recordings
def test_it_recognises_words_when_the_firmware_does(board: ModuleType) -> None:
    names = ("1.flac", "2.flac", "142.flac")
    assert len(both(board, "alexa", [padded(read(RECORDINGS / "alexa" / name).samples) for name in names])) == 3


def test_its_front_end_takes_whole_hops(board: ModuleType) -> None:
    frontend = board.Frontend()
    assert [frontend.push(bytes(700), 190) for _ in range(4)] == [False, False, True, True]
    with pytest.raises(ValueError, match="block"):
        frontend.push(bytes(700), 191)


def test_a_reset_leaves_nothing_of_what_was_heard(board: ModuleType) -> None:
    frontend, fresh = board.Frontend(), board.Frontend()
    for _ in range(9):
        frontend.push(bytes(range(160)) * 2, 0)
    frontend.reset()
    assert not any(frontend.features)
    assert [frontend.push(bytes(range(160)) * 2, 0) for _ in range(3)] == [False, False, True]
    for _ in range(3):
        fresh.push(bytes(range(160)) * 2, 0)
    assert frontend.features == fresh.features
