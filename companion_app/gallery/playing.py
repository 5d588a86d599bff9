"""A clip as it is looked at: each frame's JPEG and when it is shown, read from the AVI file that `avi` makes."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from companion_app.gallery.errors import CannotPlay

_MOST_CHUNKS = 1_000_000
_MAX_TICK_US = 60_000_000
_VIDEO, _SOUND = b"00dc", b"01wb"
_FIXED_HEADER = 12  # RIFF, length, AVI


@dataclass(frozen=True)
class Film:
    """`begins_ms` of each frame from the clip's start, ascending; all of it lasts `duration_ms`."""

    content: bytes = field(repr=False)
    places: tuple[tuple[int, int], ...]  # where each frame's JPEG lies in `content`: begin, end
    begins_ms: tuple[int, ...]
    duration_ms: int
    has_sound: bool

    def frame_at(self, time_ms: int) -> int:
        """The number of the frame that is shown then, from 0."""
        return max(0, bisect_right(self.begins_ms, time_ms) - 1)

    def jpeg(self, frame: int) -> bytes:
        """One frame."""
        begin, end = self.places[frame]
        return self.content[begin:end]


def read_film(content: bytes) -> Film:
    """The frames of a clip. Raises CannotPlay."""
    tick_us: int | None = None
    slot, sound = 0, False
    places: list[tuple[int, int]] = []
    begins: list[int] = []
    for name, begin, end in _chunks(content):
        if name == b"avih" and end - begin >= 4:
            (tick_us,) = struct.unpack_from("<I", content, begin)
        elif name == _VIDEO:
            if end > begin:  # an empty chunk repeats the frame before
                places.append((begin, end))
                begins.append(slot)
            slot += 1
        sound = sound or name == _SOUND
    if tick_us is None or not 0 < tick_us <= _MAX_TICK_US:
        raise CannotPlay("no_rate")
    if not places:
        raise CannotPlay("no_frame")
    times = tuple(at * tick_us // 1000 for at in begins)
    return Film(content, tuple(places), times, slot * tick_us // 1000, sound)


def _chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Every chunk that is no list: name, begin, end of its body. Lists are walked into. Raises CannotPlay."""
    if len(content) < _FIXED_HEADER or content[:4] != b"RIFF" or content[8:12] != b"AVI ":
        raise CannotPlay("not_avi")
    at, count = _FIXED_HEADER, 0
    while at + 8 <= len(content):
        count += 1
        if count > _MOST_CHUNKS:
            raise CannotPlay("too_long")
        name = content[at : at + 4]
        (size,) = struct.unpack_from("<I", content, at + 4)
        if name == b"LIST":
            at += 12
            continue
        begin, end = at + 8, at + 8 + size
        if end > len(content):
            raise CannotPlay("cut_short")
        yield name, begin, end
        at = end + (size & 1)
