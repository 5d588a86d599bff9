"""What can be heard, what is refused and with which words."""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from host_tools.keyword import decoders, recordings
from host_tools.keyword.errors import (
    KeywordError,
    NoRecordings,
    NoSound,
    NoSuchFolder,
    RecordingError,
    Unreadable,
    WrongFormat,
)
from host_tools.keyword.recordings import find, read
from host_tools.keyword.scoring.levels import kinds, oddities
from tests.recordings import RECORDINGS, needs_recordings

RATE = 16_000
TONE = (8000 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)).astype(np.int16)


def saved(path: Path, sound: np.ndarray, rate: int = RATE, subtype: str = "PCM_16") -> Path:
    soundfile.write(path, sound, rate, subtype=subtype)
    return path


@pytest.mark.parametrize(("name", "subtype"), [("a.wav", "PCM_16"), ("a.flac", "PCM_16"), ("a.aiff", "PCM_16")])
def test_sixteen_bits_come_as_they_are(tmp_path: Path, name: str, subtype: str) -> None:
    heard = read(saved(tmp_path / name, TONE, subtype=subtype))
    assert np.array_equal(heard.samples, TONE)
    assert heard.seconds == 1.0
    assert (heard.patchy, heard.cut_off, heard.mended) == (None, False, False)


@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE", "PCM_24", "PCM_32"])
def test_other_depths_are_scaled_and_not_cut(tmp_path: Path, subtype: str) -> None:
    heard = read(saved(tmp_path / "a.wav", TONE / 32768, subtype=subtype))
    assert np.abs(heard.samples.astype(int) - TONE).max() <= 1


def test_floats_beyond_full_scale_are_clipped_and_do_not_turn_over(tmp_path: Path) -> None:
    heard = read(saved(tmp_path / "a.wav", np.array([2.0, -2.0, 1.0, -1.0] * 100), subtype="FLOAT"))
    assert heard.samples[:4].tolist() == [32767, -32768, 32767, -32768]


@pytest.mark.parametrize(("rate", "channels"), [(44100, 1), (16000, 2), (8000, 2), (48000, 1)])
def test_another_format_is_refused_with_the_way_out(tmp_path: Path, rate: int, channels: int) -> None:
    path = saved(tmp_path / "a.wav", np.zeros((500, channels), np.int16), rate)
    with pytest.raises(WrongFormat, match=f"{rate} Hz with {channels} .*--resample"):
        read(path)


def test_it_is_converted_where_one_asks(tmp_path: Path) -> None:
    time = np.arange(44100) / 44100
    tone = 0.25 * np.sin(2 * np.pi * 440 * time)
    heard = read(saved(tmp_path / "a.wav", np.stack([tone, 0.5 * tone], axis=1), 44100), resample=True).samples
    assert len(heard) == RATE
    expected = 0.75 * TONE.astype(float) * 0.25 * 32768 / 8000
    assert np.abs(heard[200:-200] - expected[200:-200]).max() < 0.01 * np.abs(expected).max()


def test_what_is_above_the_new_rate_does_not_fold_back(tmp_path: Path) -> None:
    high = 0.5 * np.sin(2 * np.pi * 12_000 * np.arange(44100) / 44100)
    heard = read(saved(tmp_path / "a.wav", high, 44100), resample=True).samples.astype(float)
    assert np.sqrt(np.square(heard[200:-200]).mean()) < 0.01 * 0.35 * 32768


def test_files_without_a_sample_or_with_none_that_can_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(NoSound):
        read(saved(tmp_path / "empty.wav", np.zeros(0, np.int16)))
    text = tmp_path / "text.wav"
    text.write_text("this is no sound")
    with pytest.raises(Unreadable, match=r"text\.wav: can't be read"):
        read(text)
    with pytest.raises(Unreadable):
        read(tmp_path / "missing.flac")


@pytest.mark.parametrize("rate", [1, 999, 768_001, 99_999_989])
def test_a_rate_that_nobody_records_at_is_refused_before_a_filter_is_made_for_it(tmp_path: Path, rate: int) -> None:
    path = saved(tmp_path / "a.wav", TONE[:1600])
    content = bytearray(path.read_bytes())
    content[24:28] = rate.to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=f"{rate} samples a second"):
        read(path, resample=True)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 200), st.binary(min_size=0, max_size=40), st.sampled_from(["a.wav", "a.flac", "a.ogg"]))
def test_damaged_files_are_read_or_refused(tmp_path: Path, at: int, bytes_: bytes, name: str) -> None:
    good = saved(tmp_path / f"good-{name}", TONE[:1600], subtype="VORBIS" if name == "a.ogg" else "PCM_16")
    content = bytearray(good.read_bytes())
    content[at : at + len(bytes_)] = bytes_
    path = tmp_path / name
    path.write_bytes(content)
    with contextlib.suppress(RecordingError):
        assert read(path, resample=True).samples.dtype == np.int16


def test_a_file_that_ends_early_is_heard_as_far_as_it_goes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    whole = saved(tmp_path / "whole.flac", rng.integers(-9000, 9000, 3 * RATE).astype(np.int16))
    cut = tmp_path / "cut.flac"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    heard, full = read(cut), read(whole)
    assert heard.cut_off
    assert RATE < len(heard.samples) < 2 * RATE
    assert np.array_equal(heard.samples, full.samples[: len(heard.samples)])
    monkeypatch.setattr(recordings, "by_ffmpeg", lambda _path: None)
    without = read(cut)
    assert RATE < len(without.samples) < 2 * RATE
    assert without.samples[-1] == full.samples[len(without.samples) - 1]


def test_without_ffmpeg_what_is_refused_is_silence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    patchy = decoders.Decoded(TONE.reshape(-1, 1), RATE, RATE, refused=160)
    monkeypatch.setattr(recordings, "by_sndfile", lambda _path: patchy)
    monkeypatch.setattr(recordings, "by_ffmpeg", lambda _path: None)
    heard = read(tmp_path / "a.flac")
    assert np.array_equal(heard.samples, TONE)
    assert not heard.mended
    assert kinds(heard) == ["patchy"]


@needs_recordings
@pytest.mark.parametrize("name", ["33.flac", "142.flac"])
def test_frames_that_libflac_refuses_are_heard_by_ffmpeg(name: str) -> None:
    heard = read(RECORDINGS / "alexa" / name)
    assert heard.mended
    assert not heard.cut_off
    assert heard.patchy is not None
    assert len(heard.patchy) == len(heard.samples)
    differs = heard.patchy != heard.samples
    assert set(heard.patchy[differs].tolist()) == {0}
    frames = {place // 1152 for place in np.flatnonzero(heard.samples == -32768).tolist()}
    assert {place // 1152 for place in np.flatnonzero(differs).tolist()} >= frames > set()
    assert kinds(heard) == []


def test_folders(tmp_path: Path) -> None:
    with pytest.raises(NoSuchFolder, match="there is no such folder"):
        find(tmp_path / "nowhere")
    with pytest.raises(NoRecordings, match=r"the folder is empty; put \.wav"):
        find(tmp_path)
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(NoRecordings, match="none of its 1 files is a recording"):
        find(tmp_path)
    with pytest.raises(NoSuchFolder, match="this is a file"):
        find(tmp_path / "notes.txt")
    (tmp_path / "below").mkdir()
    wanted = [saved(tmp_path / "B.WAV", TONE), saved(tmp_path / "below" / "a.flac", TONE)]
    saved(tmp_path / ".hidden.wav", TONE)
    assert find(tmp_path) == wanted
    assert issubclass(NoRecordings, KeywordError)


@pytest.mark.parametrize(
    ("sound", "kind"),
    [
        (np.zeros(RATE, np.int16), "silent"),
        (np.full(RATE, 20, np.int16), "silent"),
        (np.clip(TONE.astype(int) * 20, -32768, 32767).astype(np.int16), "clipped"),
        (TONE + np.int16(2000), "offset"),
        (TONE[:2000], "short"),
    ],
)
def test_what_is_odd_is_said(tmp_path: Path, sound: np.ndarray, kind: str) -> None:
    good, odd = read(saved(tmp_path / "good.wav", TONE)), read(saved(tmp_path / "odd.wav", sound))
    (oddity,) = oddities([good, odd])
    assert (oddity.kind, oddity.files) == (kind, ("odd.wav",))
    assert oddity.text.startswith(f"1 {kind} (odd.wav): ")
    assert oddities([good]) == []


def test_many_odd_files_are_counted_and_three_named(tmp_path: Path) -> None:
    many = [read(saved(tmp_path / f"{number}.wav", np.zeros(RATE, np.int16))) for number in range(5)]
    assert oddities(many)[0].text.startswith("5 silent (0.wav, 1.wav, 2.wav, …): ")
