"""A user's own recordings: read, cut, and left out where their name says that the phrase is in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from host_tools.keyword.training.recorded import features_of, waves_of


def put(path: Path, seconds: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    wave = np.random.default_rng(0).integers(-9000, 9000, int(16_000 * seconds)).astype(np.int16)
    soundfile.write(path, wave, 16_000)


def test_no_folder_is_no_recordings() -> None:
    assert waves_of("") == []
    assert features_of("", 100, ["look"]) == []


def test_recordings_named_after_the_phrase_are_left_out(tmp_path: Path) -> None:
    for name in ("hey-computer-1.wav", "HeyComputer_2.wav", "amelia-3.wav", "heycomputer/4.wav", "computer-5.wav"):
        put(tmp_path / name, 1.0)
    assert len(waves_of(str(tmp_path))) == 5
    assert len(waves_of(str(tmp_path), ["hey computer"])) == 2
    assert len(waves_of(str(tmp_path), ["computer"])) == 1


def test_long_recordings_come_in_pieces(tmp_path: Path) -> None:
    put(tmp_path / "talk.wav", 5.0)
    pieces = features_of(str(tmp_path), 200, [])
    assert [len(piece) for piece in pieces] == [200, 200, 98]
    assert pieces[0].dtype == np.uint8
    assert pieces[0].max() > 0
