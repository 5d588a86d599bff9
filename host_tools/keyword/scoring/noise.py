"""Noise under recordings at a stated distance: what the ratio means, and which noise goes where.

SNR: the active speech level of the recording (ITU-T P.56, method B) less the level of the piece of noise that lies
under it (root mean square), in dB. The noise begins with the silence before the recording and ends with that behind
it. Which file and where in it: from the SHA-256 of the recording's name and the seed, so that a recording keeps its
noise whatever else is in the folder. Where the sum is louder than 16 bits, both are turned down alike.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np
from numpy.typing import NDArray

from host_tools.keyword.decoders import Samples, to_int16
from host_tools.keyword.errors import SilentNoise
from host_tools.keyword.recordings import RATE_HZ, Recording
from host_tools.keyword.scoring.heard import padded

_ENVELOPE_S = 0.03  # P.56: time constant of either smoothing
_HANG_S = 0.2  # P.56: how long speech goes on after it was last above the threshold
_MARGIN_DB = 15.9  # P.56: the threshold lies so far below the active level
_PEAK = 32767.0


class Noises:
    """Noise recordings, and the seed that deals them out."""

    def __init__(self, recordings: list[Recording], seed: int) -> None:
        """Raises SilentNoise for a file that can't be noise."""
        for recording in recordings:
            if not recording.samples.any():
                raise SilentNoise(recording.path)
        self._recordings = recordings
        self._seed = seed

    def under(self, sound: Samples, name: str, snr_db: float) -> Samples:
        """`sound` with silence around it and noise under all of it; a silent sound stays as it is."""
        whole = padded(sound).astype(np.float64)
        level = active_level(sound.astype(np.float64))
        if not level:
            return padded(sound)
        noise = self._piece(len(whole), name)
        noise *= level / 10 ** (snr_db / 20) / _rms(noise)
        mixed = whole + noise
        loudest = float(np.abs(mixed).max())
        return to_int16(mixed * min(1.0, _PEAK / loudest))

    def _piece(self, length: int, name: str) -> NDArray[np.float64]:
        """That of this name, from where it sounds; a noise that is too short begins again."""
        lot = hashlib.sha256(f"{self._seed}:{name}".encode()).digest()
        noise = self._recordings[int.from_bytes(lot[:8], "big") % len(self._recordings)].samples.astype(np.float64)
        start = int.from_bytes(lot[8:16], "big") % len(noise)
        from_there = np.roll(noise, -start)
        if not from_there[:length].any():
            from_there = np.roll(from_there, -int(np.flatnonzero(from_there)[0]))
        return np.resize(from_there, length)


def active_level(sound: NDArray[np.float64]) -> float:
    """The active speech level of ITU-T P.56, method B, as a root mean square; 0 for silence."""
    energy = float(np.square(sound).sum())
    if not energy:
        return 0.0
    envelope = _envelope(sound)
    before: tuple[float, float] | None = None
    for power in range(-1, 16):
        threshold = 2.0**power
        active = _active_samples(envelope >= threshold)
        if not active:
            break
        level_db = 10 * math.log10(energy / active)
        above_db = level_db - 20 * math.log10(threshold) - _MARGIN_DB
        if above_db <= 0:
            return _decibels_to_rms(_crossing(before, (level_db, above_db)))
        before = (level_db, above_db)
    return _decibels_to_rms(before[0]) if before else _rms(sound)


def _envelope(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rectified sound, smoothed twice."""
    from scipy import signal

    keep = math.exp(-1 / (RATE_HZ * _ENVELOPE_S))
    once = signal.lfilter([1 - keep], [1, -keep], np.abs(sound))  # pyright: ignore[reportUnknownMemberType]
    return np.asarray(signal.lfilter([1 - keep], [1, -keep], once))  # pyright: ignore[reportUnknownMemberType]


def _active_samples(above: NDArray[np.bool_]) -> int:
    """How many samples are above the threshold or no further behind such a one than the hangover."""
    places = np.arange(len(above))
    last = np.maximum.accumulate(np.where(above, places, -len(above) - RATE_HZ))
    return int((places - last <= _HANG_S * RATE_HZ).sum())


def _crossing(before: tuple[float, float] | None, after: tuple[float, float]) -> float:
    """The level at which it lies exactly the margin above its threshold, between two thresholds."""
    if before is None:
        return after[0]
    part = before[1] / (before[1] - after[1])
    return before[0] + (after[0] - before[0]) * part


def _decibels_to_rms(level_db: float) -> float:
    return 10 ** (level_db / 20)


def _rms(sound: NDArray[np.float64]) -> float:
    return math.sqrt(float(np.square(sound).mean()))
