"""A clip as an AVI file: MJPEG at a constant rate, in which an empty chunk repeats the frame before, and PCM sound.

The layout is RIFF's as in Microsoft's AVI reference (AVIMAINHEADER, AVISTREAMHEADER, `idx1`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from companion_app.gallery.jpeg import jpeg_size
from companion_app.gallery.timing import SAMPLE_BYTES, SAMPLES_PER_MS, choose_tick, lay_sound, slots
from companion_app.gallery.unsealing import Unsealed

_SOUND_CHUNK_MS = 100
_HAS_INDEX, _IS_INTERLEAVED, _KEY_FRAME = 0x10, 0x100, 0x10
_VIDEO, _SOUND = b"00dc", b"01wb"

Chunk = tuple[bytes, bytes]  # FourCC and body


@dataclass(frozen=True)
class _Streams:
    """What both streams hold: one entry a slot (empty: as before), and samples."""

    width: int
    height: int
    tick: Fraction
    frames: list[bytes]
    sound: bytes


def avi_pieces(clip: Unsealed) -> Iterator[bytes]:
    """The bytes of the file, in pieces."""
    streams = _lay_out(clip)
    chunks = list(_interleave(streams))
    header = _list(b"hdrl", _main_header(streams) + _video_header(streams) + _sound_header(streams))
    movie_bytes = 4 + sum(8 + _even(len(body)) for _, body in chunks)
    index = _chunk(b"idx1", b"".join(_index(chunks)))
    yield b"RIFF" + struct.pack("<I", 4 + len(header) + 8 + movie_bytes + len(index)) + b"AVI "
    yield header
    yield b"LIST" + struct.pack("<I", movie_bytes) + b"movi"
    for name, body in chunks:
        yield _chunk(name, body)
    yield index


def _lay_out(clip: Unsealed) -> _Streams:
    width, height = jpeg_size(clip.jpeg)
    times_ms = [frame.time_ms for frame in clip.frames]
    tick = choose_tick(times_ms)
    places = slots(times_ms, tick)
    begins_ms = times_ms[0]
    length = max(places[-1] + 1, round((clip.duration_ms - begins_ms) / tick))
    frames = [b""] * length
    for place, frame in zip(places, clip.frames, strict=True):
        frames[place] = frame.data
    return _Streams(width, height, tick, frames, lay_sound(clip.sound, begins_ms))


def _interleave(streams: _Streams) -> Iterable[Chunk]:
    """The chunks of the file in their order; sound goes a little ahead of the frames it belongs to."""
    written = 0
    for slot, frame in enumerate(streams.frames):
        due = int((slot * streams.tick + 2 * _SOUND_CHUNK_MS) * SAMPLES_PER_MS) * SAMPLE_BYTES
        if written < len(streams.sound) and due - written >= _SOUND_CHUNK_MS * SAMPLES_PER_MS * SAMPLE_BYTES:
            yield _SOUND, streams.sound[written:due]
            written = due
        yield _VIDEO, frame
    if written < len(streams.sound):
        yield _SOUND, streams.sound[written:]


def _main_header(streams: _Streams) -> bytes:
    return _chunk(
        b"avih",
        struct.pack(
            "<14I",
            round(streams.tick * 1000),  # microseconds a slot
            0,  # bytes a second: unknown
            0,
            _HAS_INDEX | _IS_INTERLEAVED,
            len(streams.frames),
            0,
            2 if streams.sound else 1,
            _largest(streams),
            streams.width,
            streams.height,
            *(0, 0, 0, 0),
        ),
    )


def _video_header(streams: _Streams) -> bytes:
    slot_s = streams.tick / 1000
    head = _stream_header(
        b"vids", b"MJPG", slot_s.numerator, slot_s.denominator, len(streams.frames), _largest(streams), 0
    ) + struct.pack("<4H", 0, 0, streams.width, streams.height)
    picture = struct.pack(
        "<IiiHH4sIiiII",
        40,
        streams.width,
        streams.height,
        *(1, 24, b"MJPG"),
        streams.width * streams.height * 3,
        *(0, 0, 0, 0),
    )
    return _list(b"strl", _chunk(b"strh", head) + _chunk(b"strf", picture))


def _sound_header(streams: _Streams) -> bytes:
    """Empty where the clip has no sound."""
    if not streams.sound:
        return b""
    samples_per_s = SAMPLES_PER_MS * 1000
    bytes_per_s = samples_per_s * SAMPLE_BYTES
    samples = len(streams.sound) // SAMPLE_BYTES
    head = _stream_header(b"auds", bytes(4), SAMPLE_BYTES, bytes_per_s, samples, bytes_per_s, SAMPLE_BYTES) + bytes(8)
    pcm = struct.pack("<HHIIHH", 1, 1, samples_per_s, bytes_per_s, SAMPLE_BYTES, 8 * SAMPLE_BYTES)
    return _list(b"strl", _chunk(b"strh", head) + _chunk(b"strf", pcm))


def _stream_header(
    kind: bytes, handler: bytes, scale: int, rate: int, length: int, buffer_bytes: int, sample_bytes: int
) -> bytes:
    """AVISTREAMHEADER but for its rectangle; `rate` ÷ `scale` slots or samples a second."""
    return struct.pack(
        "<4s4s10I", kind, handler, 0, 0, 0, scale, rate, 0, length, buffer_bytes, 0xFFFFFFFF, sample_bytes
    )


def _index(chunks: Iterable[Chunk]) -> Iterable[bytes]:
    """`idx1` entries; offsets count from the word `movi`."""
    at = 4
    for name, body in chunks:
        yield name + struct.pack("<III", _KEY_FRAME if body else 0, at, len(body))
        at += 8 + _even(len(body))


def _largest(streams: _Streams) -> int:
    return max(len(frame) for frame in streams.frames)


def _even(size: int) -> int:
    return size + (size & 1)


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) & 1)


def _list(name: bytes, body: bytes) -> bytes:
    return _chunk(b"LIST", name + body)
