"""Clips as AVI files: what ffmpeg (in PyAV) and OpenCV read back is what the glasses saw and heard, when they did."""

from __future__ import annotations

import io
import itertools
import random
import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion_app.gallery.avi import avi_pieces
from companion_app.gallery.records import Piece
from companion_app.gallery.timing import MAX_SHIFT_MS, choose_tick, lay_sound, slots
from companion_app.gallery.unsealing import Unsealed
from tests.app.sealing import jpeg

SAMPLES_PER_MS = 16
STEADY = [100 * number for number in range(20)]
UNEVEN = [0, 97, 205, 310, 390, 900, 1003, 1101, 1205, 1290]


def clip(times_ms: Sequence[int], sound: Sequence[Piece] = (), duration_ms: int | None = None) -> Unsealed:
    frames = tuple(Piece(time, jpeg(8 + 10 * number % 240)) for number, time in enumerate(times_ms))
    length = times_ms[-1] if duration_ms is None else duration_ms
    return Unsealed(1, "clip", 5, "app", "00" * 16, frames, tuple(sound), "00" * 32, {}, "done", length, True)


def file_of(one: Unsealed) -> bytes:
    return b"".join(avi_pieces(one))


def packets(avi: bytes, kind: str) -> list[tuple[float, bytes]]:
    """(time in ms, body) of what a demuxer finds, without the empty chunks."""
    with av.open(io.BytesIO(avi)) as container:
        stream = next(stream for stream in container.streams if stream.type == kind)
        assert stream.time_base is not None
        return [
            (float(packet.pts * stream.time_base * 1000), bytes(packet))
            for packet in container.demux(stream)
            if packet.size and packet.pts is not None
        ]


def tone(begins_ms: int, length_ms: int) -> bytes:
    """A ramp in which each sample says when it was."""
    first = begins_ms * SAMPLES_PER_MS
    return struct.pack(f"<{length_ms * SAMPLES_PER_MS}h", *(n % 30000 for n in range(first, first + length_ms * 16)))


@pytest.mark.parametrize("times_ms", [STEADY, UNEVEN, [0], [0, 66, 133, 200, 266], [40, 140, 245], [0, 1, 2, 3]])
def test_ffmpeg_finds_each_frame_once_at_its_time(times_ms: list[int]) -> None:
    one = clip(times_ms)
    found = packets(file_of(one), "video")
    assert [body for _, body in found] == [frame.data for frame in one.frames]
    for (shown_ms, _), time_ms in zip(found, times_ms, strict=True):
        assert shown_ms == pytest.approx(
            time_ms - times_ms[0], abs=MAX_SHIFT_MS + 0.01 + 10 * (times_ms == [0, 1, 2, 3])
        )


@pytest.mark.parametrize(("times_ms", "rate"), [(STEADY, 10), ([0, 66, 133, 200, 266], Fraction(2000, 133)), ([0], 10)])
def test_a_steady_clip_has_the_rate_of_its_frames_and_repeats_none(times_ms: list[int], rate: Fraction) -> None:
    with av.open(io.BytesIO(file_of(clip(times_ms)))) as container:
        video = container.streams.video[0]
        assert (video.codec_context.name, video.width, video.height) == ("mjpeg", 64, 48)
        assert (video.average_rate, video.frames) == (rate, len(times_ms))


def test_ffmpeg_decodes_every_frame_to_what_was_seen() -> None:
    with av.open(io.BytesIO(file_of(clip(UNEVEN)))) as container:
        shades = [frame.to_ndarray(format="gray").mean() for frame in container.decode(video=0)]
    assert shades == pytest.approx([8 + 10 * number % 240 for number in range(len(UNEVEN))], abs=4)


def test_the_file_is_as_long_as_the_clip_was() -> None:
    with av.open(io.BytesIO(file_of(clip([0, 100, 200], duration_ms=2000)))) as container:
        video = container.streams.video[0]
        assert video.duration is not None
        assert float(video.duration * video.time_base) == pytest.approx(2.0, abs=0.1)


def test_opencv_opens_it(tmp_path: Path) -> None:
    path = tmp_path / "clip.avi"
    path.write_bytes(file_of(clip(STEADY)))
    capture = cv2.VideoCapture(str(path))
    assert (capture.get(cv2.CAP_PROP_FPS), capture.get(cv2.CAP_PROP_FRAME_COUNT)) == (10, len(STEADY))
    shades: list[float] = []
    while (read := capture.read())[0]:
        shades.append(float(np.mean(read[1])))
    capture.release()
    assert shades == pytest.approx([8 + 10 * number % 240 for number in range(len(STEADY))], abs=4)


def test_seeking_by_the_index_finds_the_frame() -> None:
    with av.open(io.BytesIO(file_of(clip(STEADY)))) as container:
        video = container.streams.video[0]
        assert video.time_base is not None
        container.seek(int(1.5 / video.time_base), stream=video)
        frame = next(container.decode(video))
    assert frame.time == pytest.approx(1.5)
    assert frame.to_ndarray(format="gray").mean() == pytest.approx(8 + 10 * 15 % 240, abs=4)


def test_sound_lies_where_it_was_heard() -> None:
    sound = [Piece(begins, tone(begins, 60)) for begins in range(0, 1260, 60)]
    avi = file_of(clip(UNEVEN, sound))
    heard = b"".join(body for _, body in packets(avi, "audio"))
    assert heard == tone(0, 1260)
    for begins_ms, body in packets(avi, "audio"):
        assert struct.unpack("<h", body[:2])[0] == pytest.approx(begins_ms * SAMPLES_PER_MS % 30000, abs=1)
    with av.open(io.BytesIO(avi)) as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.name, stream.rate, stream.channels) == ("pcm_s16le", 16000, 1)
        decoded = [frame.pts * frame.time_base for frame in container.decode(audio=0) if frame.pts is not None]
    assert decoded == sorted(decoded)


def test_sound_and_frames_of_the_same_moment_lie_close_together_in_the_file() -> None:
    """A player that reads from the front needs no more than half a second of either in advance."""
    avi = file_of(clip(STEADY, [Piece(0, tone(0, 2000))]))
    with av.open(io.BytesIO(avi)) as container:
        last = {"video": 0.0, "audio": 0.0}
        for packet in container.demux():
            if packet.pts is not None:
                last[packet.stream.type] = float(packet.pts * packet.time_base)
                assert abs(last["video"] - last["audio"]) <= 0.5


@pytest.mark.parametrize("times_ms", [STEADY, UNEVEN])
@pytest.mark.parametrize("sound", [[], [Piece(0, tone(0, 999))]])
def test_the_file_is_what_microsofts_reference_says(times_ms: list[int], sound: list[Piece]) -> None:
    avi = file_of(clip(times_ms, sound))
    assert avi[:4] + avi[8:12] == b"RIFFAVI "
    assert struct.unpack("<I", avi[4:8])[0] == len(avi) - 8
    movie = avi.index(b"movi")
    index = avi.rindex(b"idx1")
    assert struct.unpack("<I", avi[movie - 4 : movie])[0] == index - movie
    entries = list(struct.iter_unpack("<4sIII", avi[index + 8 :]))
    assert struct.unpack("<I", avi[index + 4 : index + 8])[0] == 16 * len(entries)
    at = 4
    for name, flags, offset, size in entries:
        assert offset == at
        assert avi[movie + at : movie + at + 4] == name
        assert struct.unpack("<I", avi[movie + at + 4 : movie + at + 8])[0] == size
        assert flags == (0x10 if size else 0)
        at += 8 + size + size % 2
    assert movie + at == index
    assert {name for name, _, _, _ in entries} == ({b"00dc", b"01wb"} if sound else {b"00dc"})


# When frames are shown


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(10, 2000), max_size=60), st.integers(0, 500))
def test_any_frames_at_least_10_ms_apart_are_shown_within_10_ms(gaps: list[int], first: int) -> None:
    times = [first]
    for gap in gaps:
        times.append(times[-1] + gap)
    tick = choose_tick(times)
    places = slots(times, tick)
    assert places[0] == 0
    assert all(before < after for before, after in itertools.pairwise(places))
    for place, time in zip(places, times, strict=True):
        assert abs(place * tick - (time - first)) <= MAX_SHIFT_MS
    assert len(places) <= places[-1] + 1 <= (times[-1] - first) / 10 + 2


def test_the_jitter_of_a_real_sensor_needs_no_repeats() -> None:
    rng = random.Random(5)
    times = [round(number * 66.7 + rng.uniform(-4, 4)) for number in range(100)]
    assert slots(times, choose_tick(times)) == list(range(100))


# Where sound lies


def test_a_late_reader_makes_no_silence() -> None:
    """The task that reads was held up for 200 ms; nothing was lost."""
    times = [0, 60, 320, 325, 330, 335, 360, 420]
    pieces = [Piece(time, tone(60 * number, 60)) for number, time in enumerate(times)]
    assert lay_sound(pieces, 0) == tone(0, 480)


def test_what_the_microphone_lost_is_silence_of_its_length() -> None:
    pieces = [Piece(0, tone(0, 100)), Piece(100, tone(100, 100)), Piece(700, tone(700, 100)), Piece(800, tone(800, 9))]
    assert lay_sound(pieces, 0) == tone(0, 200) + bytes(500 * 32) + tone(700, 109)


def test_sound_that_begins_late_or_before_the_first_frame_is_shifted_into_place() -> None:
    assert lay_sound([Piece(300, tone(300, 50))], 0) == bytes(300 * 32) + tone(300, 50)
    assert lay_sound([Piece(0, tone(0, 100)), Piece(100, tone(100, 60))], 40) == tone(40, 120)
    assert lay_sound([Piece(0, tone(0, 30)), Piece(100, tone(100, 60))], 40) == bytes(60 * 32) + tone(100, 60)
    assert lay_sound([], 40) == b""


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 600_000), st.integers(1, 200)), max_size=20), st.integers(0, 600_000))
def test_any_stamps_give_sound_of_a_bounded_length(rows: list[tuple[int, int]], begins_ms: int) -> None:
    pieces = [Piece(time, bytes(2 * samples)) for time, samples in sorted(rows)]
    laid = lay_sound(pieces, begins_ms)
    assert len(laid) % 2 == 0
    assert len(laid) <= 2 * (600_000 * SAMPLES_PER_MS + sum(samples for _, samples in rows))
