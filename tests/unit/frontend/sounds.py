"""What the front end is shown: real speech, and what no microphone should ever give."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from pymicro_features import MicroFrontend

from tests.recordings import read_speech

HOP_BYTES = 320
_FEATURE = 0.0390625  # what the reference has multiplied its integers by
_WINDOW, _FFT = 480, 512
_LENGTH = 6400


def speech() -> bytes:
    """Ten seconds of a book, s16le at 16 kHz."""
    with wave.open(str(read_speech())) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16000, 1, 2)
        return file.readframes(file.getnframes())


def other_speech(name: str) -> bytes:
    """A recording at 24 or 48 kHz of the same package, three or one of a few samples left: 16 kHz, with its aliases."""
    samples, rate_hz = soundfile.read(read_speech().with_name(name), dtype="int16")
    places = np.arange(0, len(samples), rate_hz / 16000).astype(int)
    return samples[places].astype("<i2").tobytes()


def extremes() -> dict[str, bytes]:
    """By name, s16le."""
    chance = np.random.default_rng(7)
    place = np.arange(_LENGTH)
    clicks = np.zeros(_LENGTH)
    clicks[::517], clicks[7::911] = -32768, 32767
    hz = np.repeat([60, 400, 1000, 3100, 7000, 7900], _LENGTH // 6 + 1)[:_LENGTH]
    level = np.tile(np.repeat([3, 150, 6000, 32767], 400), _LENGTH)[:_LENGTH]
    sounds: dict[str, NDArray[np.generic]] = {
        "silence": np.zeros(_LENGTH),
        "square": np.where(place // 8 % 2, 32767, -32768),
        "slow square": np.where(place // 777 % 2, 32767, -32768),
        "lowest": np.full(_LENGTH, -32768),
        "highest": np.full(_LENGTH, 32767),
        "just below zero": np.full(_LENGTH, -1),
        "clicks": clicks,
        "lowest alone": np.where(place % 977 == 0, -32768, 0),
        "powers of two": -(2.0 ** (place // 480)).clip(0, 32768),
        "noise": chance.integers(-32768, 32768, _LENGTH),
        "faint noise": chance.integers(-2, 3, _LENGTH),
        "tones": np.round(level * np.sin(2 * np.pi * hz * place / 16000)),
    }
    sounds |= {f"overflowing at bin {bin_}": overflowing(bin_) for bin_ in (24, 32, 61, 96)}
    return {name: sound.astype("<i2").tobytes() for name, sound in sounds.items()}


def overflowing(bin_: float) -> NDArray[np.float64]:
    """Pairs of samples that turn with a bin of the FFT over pairs, louder where the window is fainter.

    Under the window all are as loud as can be: in one direction their mean is 1.19 of that, more than 16 bits hold.
    """
    turn = 2 * np.pi * bin_ * np.arange(_WINDOW // 2) / (_FFT // 2)
    sign = np.stack([np.sign(np.cos(turn + 0.01)), np.sign(np.sin(turn + 0.01))], axis=1).reshape(-1)
    curve = 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(_WINDOW) + 0.5) / _WINDOW)
    return np.tile(np.clip(1020 / np.maximum(curve, 0.001), 0, 32767) * sign, _LENGTH // _WINDOW)


def reference(pcm: bytes) -> list[list[int]]:
    """The frames that `pymicro-features` makes of it, as integers."""
    published = MicroFrontend()
    made = (published.process_samples(pcm[at : at + HOP_BYTES]).features for at in range(0, len(pcm) - 319, HOP_BYTES))
    return [[round(value / _FEATURE) for value in frame] for frame in made if frame]


def unpacked(raw: bytes) -> list[list[int]]:
    """Frames of 40 u16."""
    return np.frombuffer(raw, "<u2").reshape(-1, 40).tolist()


FIRMWARE = Path(__file__).resolve().parents[3] / "firmware"
