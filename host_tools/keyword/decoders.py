"""Files of sound into samples: by libsndfile, and by FFmpeg where PyAV is installed."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from host_tools.keyword.errors import Unreadable

Samples = NDArray[np.int16]
_FULL_SCALE = 32768.0
_PIECE_SAMPLES = 160
_GIVE_UP_PIECES = 1000  # a file that is cut off has no more behind that


@dataclass(frozen=True)
class Decoded:
    """(samples, channels) at the file's own rate; of the `promised` samples the decoder would not give `refused`."""

    sound: Samples
    rate_hz: int
    promised: int
    refused: int = 0


def to_int16(sound: NDArray[np.floating[Any]]) -> Samples:
    """Rounded to the nearest level, clipped where there is none."""
    return np.clip(np.rint(sound), -_FULL_SCALE, _FULL_SCALE - 1).astype(np.int16)


def by_sndfile(path: Path) -> Decoded:
    """The file, with silence where libsndfile refuses it, up to the last it gives. Raises Unreadable."""
    try:
        with soundfile.SoundFile(path) as file:
            rate_hz, promised = file.samplerate, file.frames
            try:
                return Decoded(to_int16(file.read(always_2d=True) * _FULL_SCALE), rate_hz, promised)
            except soundfile.LibsndfileError as error:
                refusal = error
        sound, refused = _piece_by_piece(path, promised)
    except (soundfile.SoundFileError, OSError, MemoryError, ValueError) as error:
        raise Unreadable(path, _reason(error)) from error
    if refused >= promised:
        raise Unreadable(path, _reason(refusal))
    return Decoded(to_int16(sound * _FULL_SCALE), rate_hz, promised, refused)


def _piece_by_piece(path: Path, promised: int) -> tuple[NDArray[np.float64], int]:
    """Pieces of 10 ms at 16 kHz, from a fresh decoder after each that is refused; (sound, refused samples)."""
    pieces: list[NDArray[np.float64]] = []
    at = refused = refused_in_a_row = 0
    file = soundfile.SoundFile(path)
    try:
        while at < promised and refused_in_a_row < _GIVE_UP_PIECES:
            size = min(_PIECE_SAMPLES, promised - at)
            try:
                file.seek(at)
                pieces.append(np.asarray(file.read(size, always_2d=True), np.float64))
                refused_in_a_row = 0
            except soundfile.SoundFileError:
                file.close()
                file = soundfile.SoundFile(path)
                pieces.append(np.zeros((size, file.channels)))
                refused_in_a_row += 1
                refused += size
            at += size
    finally:
        file.close()
    return np.concatenate(pieces[: len(pieces) - refused_in_a_row] or pieces), refused + promised - at


def by_ffmpeg(path: Path) -> Decoded | None:
    """What FFmpeg gives, up to where the file is cut off; None where PyAV is not installed. Raises Unreadable."""
    try:
        import av
        from av.error import FFmpegError
    except ImportError:
        return None
    try:
        with av.open(path) as container:
            stream = container.streams.audio[0]
            to_s16 = av.AudioResampler(format="s16", layout=stream.layout, rate=stream.rate)
            frames: list[av.AudioFrame] = []
            with contextlib.suppress(FFmpegError):  # what came before the fault counts
                for frame in container.decode(stream):
                    frames += to_s16.resample(frame)
            pieces = [part.to_ndarray().reshape(-1, stream.channels) for part in (*frames, *to_s16.resample(None))]
            sound = np.concatenate(pieces).astype(np.int16)
            return Decoded(sound, stream.rate, len(sound))
    except (FFmpegError, OSError, ValueError, IndexError) as error:
        raise Unreadable(path, _reason(error)) from error


def _reason(error: Exception) -> str:
    """What a library said, without its dots."""
    if isinstance(error, soundfile.LibsndfileError):
        return error.error_string.removeprefix("Error : ").strip(" .").lower()
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error).strip(" .") or type(error).__name__
