"""Files of sound into samples: by libsndfile, by FFmpeg where PyAV is installed, by sox where one wants its view."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from host_tools.keyword.errors import Unreadable

Samples = NDArray[np.int16]
_FULL_SCALE = 32768.0
_SOX_S = 60.0


@dataclass(frozen=True)
class Decoded:
    """(samples, channels) at the file's own rate; `missing`: how many more its header promises."""

    sound: Samples
    rate_hz: int
    missing: int = 0


def to_int16(sound: NDArray[np.floating[Any]]) -> Samples:
    """Rounded to the nearest level, clipped where there is none."""
    return np.clip(np.rint(sound), -_FULL_SCALE, _FULL_SCALE - 1).astype(np.int16)


def by_sndfile(path: Path) -> Decoded:
    """The file up to the first frame that libsndfile refuses. Raises Unreadable where nothing comes before it."""
    try:
        with soundfile.SoundFile(path) as file:
            if file.subtype in ("FLOAT", "DOUBLE"):  # which read as integers would come unscaled
                scaled = np.zeros((file.frames, file.channels), np.float32)
                got = _fill(file, scaled)
                return Decoded(to_int16(scaled[:got] * _FULL_SCALE), file.samplerate, file.frames - got)
            sound = np.zeros((file.frames, file.channels), np.int16)
            got = _fill(file, sound)
            return Decoded(sound[:got], file.samplerate, file.frames - got)
    except (soundfile.SoundFileError, OSError, MemoryError, ValueError) as error:
        raise Unreadable(path, _reason(error)) from error


def _fill(file: soundfile.SoundFile, out: NDArray[np.int16] | NDArray[np.float32]) -> int:
    """Read from the start; how many samples came, which is not all of them in a file that is cut off or refused."""
    try:
        return len(file.read(out=out))
    except soundfile.LibsndfileError:
        got = file.tell()
        if not got:
            raise
        return got


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
            return Decoded(np.concatenate(pieces).astype(np.int16), stream.rate)
    except (FFmpegError, OSError, ValueError, IndexError) as error:
        raise Unreadable(path, _reason(error)) from error


def by_sox(path: Path) -> Samples | None:
    """16 kHz mono as sox reads it, refused frames left out; None without sox, or where it gives nothing."""
    sox = shutil.which("sox")
    if sox is None:
        return None
    command = (sox, str(path), "-t", "raw", "-e", "signed", "-b", "16", "-c", "1", "-r", "16000", "-")
    done = subprocess.run(command, capture_output=True, timeout=_SOX_S, check=False)
    return np.frombuffer(done.stdout[: len(done.stdout) & ~1], "<i2").astype(np.int16) if done.stdout else None


def _reason(error: Exception) -> str:
    """What a library said, without its dots."""
    if isinstance(error, soundfile.LibsndfileError):
        return error.error_string.removeprefix("Error : ").strip(" .").lower()
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error).strip(" .") or type(error).__name__
