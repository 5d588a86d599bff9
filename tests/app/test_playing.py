"""A clip that is looked at shows the frames that were taken, at their times; bytes that are no clip say why."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion_app.gallery.avi import avi_pieces
from companion_app.gallery.errors import CannotPlay
from companion_app.gallery.playing import Film, read_film
from companion_app.gallery.records import Piece
from companion_app.gallery.timing import MAX_SHIFT_MS
from companion_app.gallery.unsealing import Unsealed
from tests.app.sealing import jpeg

TIMES_MS = (0, 97, 205, 310, 900, 1003, 1290)
SOUND = Piece(0, bytes(1300 * 32))


def file_of(times_ms: tuple[int, ...] = TIMES_MS, sound: tuple[Piece, ...] = (), duration_ms: int = 1400) -> bytes:
    frames = tuple(Piece(time, jpeg(8 + 30 * number)) for number, time in enumerate(times_ms))
    clip = Unsealed(1, "clip", 5, "app", "00" * 16, frames, sound, "00" * 32, {}, "done", duration_ms, True)
    return b"".join(avi_pieces(clip))


def film_of(content: bytes) -> Film | None:
    try:
        return read_film(content)
    except CannotPlay:
        return None


@pytest.mark.parametrize("sound", [(), (SOUND,)], ids=["silent", "with-sound"])
def test_every_frame_is_there_once_at_its_time(sound: tuple[Piece, ...]) -> None:
    film = read_film(file_of(sound=sound))

    assert [film.jpeg(number) for number in range(7)] == [jpeg(8 + 30 * number) for number in range(7)]
    assert all(abs(a - b) <= MAX_SHIFT_MS for a, b in zip(film.begins_ms, TIMES_MS, strict=True))
    assert film.has_sound is bool(sound)
    assert abs(film.duration_ms - 1400) <= 40


def test_what_is_shown_at_a_time_is_the_frame_that_began_last() -> None:
    film = read_film(file_of())

    assert [film.frame_at(time) for time in (-5, 0, 96, 120, 899, 5000)] == [0, 0, 0, 1, 3, 6]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "not_avi"),
        (b"RIFF\x00\x00\x00\x00WAVE", "not_avi"),
        (b"RIFF\x00\x00\x00\x00AVI ", "no_rate"),
        (file_of()[:-3], "cut_short"),
        (file_of().replace(b"avih", b"avix"), "no_rate"),
        (file_of().replace(b"00dc", b"00db"), "no_frame"),
    ],
)
def test_what_is_no_clip_says_why(content: bytes, fault: str) -> None:
    with pytest.raises(CannotPlay) as caught:
        read_film(content)
    assert caught.value.fault == fault


@given(st.binary(max_size=200), st.integers(0, 400))
def test_any_bytes_are_a_film_or_a_fault(noise: bytes, at: int) -> None:
    whole = file_of()
    film_of(b"RIFF" + struct.pack("<I", len(noise)) + b"AVI " + noise)
    film = film_of(whole[:at] + noise + whole[at + len(noise) :])
    if film is not None:
        assert film.begins_ms == tuple(sorted(film.begins_ms))
        assert all(film.jpeg(number) for number in range(len(film.places)))
