"""When each frame of a clip is shown and where its sound lies, on the one clock of the glasses."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from companion_app.gallery.records import Piece

SAMPLES_PER_MS = 16
SAMPLE_BYTES = 2
MAX_SHIFT_MS = 10  # a frame is shown at most this early or late; lips are seen to differ from 45 ms on (ITU-R BT.1359)
_MIN_GAP_MS = 20  # less than this is the jitter of one reading
_TICKS_MS = (100, 50, 40, 20)


def choose_tick(times_ms: Sequence[int]) -> Fraction:
    """The longest tick (ms) of a constant-rate stream in which each frame has a slot of its own, at its time."""
    candidates = [Fraction(tick) for tick in _TICKS_MS]
    span = times_ms[-1] - times_ms[0]
    if span:
        candidates.insert(0, Fraction(span, len(times_ms) - 1))
    return next((tick for tick in candidates if _fits(times_ms, tick)), Fraction(MAX_SHIFT_MS))


def slots(times_ms: Sequence[int], tick: Fraction) -> list[int]:
    """The slot of each frame, the first one's being 0, all different and ascending."""
    found: list[int] = []
    for time_ms in times_ms:
        nearest = round((time_ms - times_ms[0]) / tick)
        found.append(max(nearest, found[-1] + 1) if found else nearest)
    return found


def _fits(times_ms: Sequence[int], tick: Fraction) -> bool:
    shifts = (slot * tick - (time - times_ms[0]) for slot, time in zip(slots(times_ms, tick), times_ms, strict=True))
    return all(abs(shift) <= MAX_SHIFT_MS for shift in shifts)


def lay_sound(pieces: Sequence[Piece], begins_ms: int) -> bytes:
    """PCM s16le whose first sample belongs at `begins_ms`: without what came before, with silence where some was lost.

    A piece may be stamped late, because somebody was slow to read it, but never early: sound is really missing only
    where every later piece is late as well.
    """
    lags = [0] * len(pieces)
    laid = 0
    for number, piece in enumerate(pieces):
        lags[number] = (piece.time_ms - begins_ms) * SAMPLES_PER_MS - laid
        laid += len(piece.data) // SAMPLE_BYTES
    for number in range(len(lags) - 2, -1, -1):
        lags[number] = min(lags[number], lags[number + 1])
    out = bytearray()
    silence = begun_early = min([0, *lags[:1]])
    for lag, piece in zip(lags, pieces, strict=True):
        if lag - silence > _MIN_GAP_MS * SAMPLES_PER_MS:
            out += bytes((lag - silence) * SAMPLE_BYTES)
            silence = lag
        out += piece.data
    return bytes(out[-begun_early * SAMPLE_BYTES :])
