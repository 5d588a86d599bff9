"""What the front end is shown: real speech, and what no microphone should ever give."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from plainsight.frontend import tables
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
        "lowest alone": np.where(place % 480 == 240, -32768, chance.integers(-9, 10, _LENGTH)),
        "powers of two": -(2.0 ** (place // 480)).clip(0, 32768),
        "noise": chance.integers(-32768, 32768, _LENGTH),
        "faint noise": chance.integers(-2, 3, _LENGTH),
        "tones": np.round(level * np.sin(2 * np.pi * hz * place / 16000)),
    }
    for before, after in ((1, 1), (1, 0), (0, 1)):
        sounds[f"overflowing from {before} to {after}"] = overflowing(before, after)
    return {name: sound.astype("<i2").tobytes() for name, sound in sounds.items()}


def overflowing(before: int, after: int) -> NDArray[np.float64]:
    """Pairs of samples that turn with a bin of the FFT over pairs, under the window as loud as can be: too much.

    To be so where the window is faint they are louder there `before` its middle, `after` it, or both.
    """
    turn = 2 * np.pi * 31 * np.arange(_WINDOW // 2) / (_FFT // 2)
    sign = np.sign(np.stack([np.cos(turn), np.sin(turn)], axis=1).reshape(-1) + 1e-9)
    curve = np.frombuffer(tables.WINDOW, "<u2").astype(int)
    level = np.minimum(255 * 4096 // np.maximum(curve, 1), 32767)
    for louder, half in ((before, slice(0, 240)), (after, slice(240, 480))):
        if not louder:
            level[half] = np.minimum(level[half], 1023)
    return np.tile(level * sign, _LENGTH // _WINDOW)


def reference(pcm: bytes) -> list[list[int]]:
    """The frames that `pymicro-features` makes of it, as integers."""
    published = MicroFrontend()
    made = (published.process_samples(pcm[at : at + HOP_BYTES]).features for at in range(0, len(pcm) - 319, HOP_BYTES))
    return [[round(value / _FEATURE) for value in frame] for frame in made if frame]


def unpacked(raw: bytes) -> list[list[int]]:
    """Frames of 40 u16."""
    return np.frombuffer(raw, "<u2").reshape(-1, 40).tolist()


FIRMWARE = Path(__file__).resolve().parents[3] / "firmware"
