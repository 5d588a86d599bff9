"""Recordings as the engine hears them: 16 kHz, mono, 16 bits; from files and from whole folders."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from host_tools.keyword.decoders import Decoded, Samples, by_ffmpeg, by_sndfile, to_int16
from host_tools.keyword.errors import NoRecordings, NoSound, NoSuchFolder, Unreadable, WrongFormat

RATE_HZ = 16_000
SUFFIXES = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".aif", ".aiff", ".au", ".caf")
_MAX_S = 3600  # longer ones are for many files: each is held in memory whole
_RATES_HZ = range(1_000, 768_001)  # a header may say any number, and the filter for it would be as long


@dataclass(frozen=True)
class Recording:
    """One file. Where libsndfile refuses parts of it, `patchy` is its view, with silence in their place.

    `samples` are whole then, by FFmpeg, or patchy too without it. `cut_off`: fewer than the header promises.
    """

    path: Path
    samples: Samples
    patchy: Samples | None = None
    cut_off: bool = False

    @property
    def mended(self) -> bool:
        """`samples` hold what libsndfile refused."""
        return self.patchy is not None and self.samples is not self.patchy

    @property
    def seconds(self) -> float:
        """How long what was decoded lasts."""
        return len(self.samples) / RATE_HZ


def find(folder: Path) -> list[Path]:
    """The recordings in a folder and those below it, in order of name. Raises NoSuchFolder, NoRecordings."""
    if not folder.is_dir():
        raise NoSuchFolder(folder, "this is a file" if folder.exists() else "there is no such folder")
    try:
        next(folder.iterdir(), None)
        files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    except OSError as error:
        raise NoSuchFolder(folder, f"it may not be read ({error.strerror})") from error
    recordings = [path for path in files if path.suffix.lower() in SUFFIXES]
    if not recordings:
        raise NoRecordings(folder, len(files), ", ".join(SUFFIXES[:4]))
    return recordings


def read(path: Path, *, resample: bool = False) -> Recording:
    """One recording. Raises Unreadable, NoSound, WrongFormat (not with `resample`).

    libFLAC from 1.4 on (in libsndfile, in sox) refuses sound frames that hold a sample of -32768; FFmpeg reads them.
    """
    ours = by_sndfile(path)
    samples = _heard(path, ours, resample=resample)
    if not ours.refused:
        return Recording(path, samples)
    whole = by_ffmpeg(path)
    if whole is None:
        return Recording(path, samples, samples)
    return Recording(path, _heard(path, whole, resample=resample), samples, cut_off=len(whole.sound) < ours.promised)


def as_refused(recording: Recording) -> Recording:
    """The same as libsndfile alone reads it."""
    return recording if recording.patchy is None else replace(recording, samples=recording.patchy)


def read_all(paths: Sequence[Path], *, resample: bool = False) -> list[Recording]:
    """Many recordings. Raises as `read` does, at the first that can't be heard."""
    return [read(path, resample=resample) for path in paths]


def _heard(path: Path, decoded: Decoded, *, resample: bool) -> Samples:
    length, channels = decoded.sound.shape
    if not length:
        raise NoSound(path)
    if decoded.rate_hz not in _RATES_HZ:
        raise Unreadable(path, f"its header says {decoded.rate_hz} samples a second")
    if length > _MAX_S * decoded.rate_hz:
        raise Unreadable(path, f"longer than {_MAX_S // 60} minutes")
    if (decoded.rate_hz, channels) == (RATE_HZ, 1):
        return np.ascontiguousarray(decoded.sound[:, 0])
    if not resample:
        raise WrongFormat(path, decoded.rate_hz, channels)
    return resampled(decoded.sound.mean(axis=1), decoded.rate_hz)


def resampled(mono: NDArray[np.float64], rate_hz: int) -> Samples:
    """At 16 kHz, through scipy's polyphase filter."""
    from scipy import signal

    common = math.gcd(RATE_HZ, rate_hz)
    out = signal.resample_poly(mono, RATE_HZ // common, rate_hz // common)  # pyright: ignore[reportUnknownMemberType]
    return to_int16(np.asarray(out, np.float64))
