"""Scenes: some seconds at a microphone, in which people say things over noise, as features with what was said when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from pymicro_features import MicroFrontend

from host_tools.keyword.training.export.quantise import FEATURE_SCALE
from host_tools.keyword.training.net import FEATURES
from host_tools.keyword.training.sound.filters import RATE_HZ, Wave
from host_tools.keyword.training.sound.noises import Draw, Noises
from host_tools.keyword.training.sound.processing import processed
from host_tools.keyword.training.sound.speakers import heard

if TYPE_CHECKING:
    from numpy.typing import NDArray

HOP = 160
# A frame looks 30 ms back: the first comes with the third hop.
_FRAMES_BEHIND = 2
_ROOM_BEHIND_WORDS_S = 0.6
_PEAK = 32767
_PROCESSED_SHARE = 0.15
OTHER = -1


@dataclass(frozen=True)
class Said:
    """What was said in frames start … end: the index of a word, or OTHER."""

    word: int
    start: int
    end: int


@dataclass(frozen=True)
class Scene:
    """Features (frames, 40) as 0 … 255, and what was said."""

    features: NDArray[np.uint8]
    said: tuple[Said, ...]


class Talk(Protocol):
    """Who talks: draws (wave, word or OTHER)."""

    def __call__(self, draw: Draw) -> tuple[Wave, int]: ...


@dataclass(frozen=True)
class Conditions:
    """How hard it is to hear: signal to noise, and the seconds of a scene."""

    snr_db: tuple[float, float] = (2.0, 28.0)
    seconds: float = 9.0


def features(sound: NDArray[np.int16]) -> NDArray[np.uint8]:
    """(frames, 40) of the front end, quantised as the streaming models take them, plus 128."""
    frontend, content = MicroFrontend(), sound.astype("<i2").tobytes()
    frames: list[list[float]] = []
    for at in range(0, len(content) - 2 * HOP + 1, 2 * HOP):
        frame = frontend.process_samples(content[at : at + 2 * HOP]).features
        if frame:
            frames.append(frame)
    real = np.array(frames, np.float64).reshape(-1, FEATURES)
    return np.clip(np.rint(real / float(FEATURE_SCALE)), 0, 255).astype(np.uint8)


def scene(draw: Draw, talk: Talk, noises: Noises, conditions: Conditions) -> Scene:
    """One scene, drawn."""
    samples = int(conditions.seconds * RATE_HZ)
    wave, said = _talked(draw, talk, samples)
    speaking = np.zeros(samples, bool)
    for _, start, end in said:
        speaking[start:end] = True
    level = float(np.sqrt(np.mean(np.square(wave[speaking])))) if said else 1.0
    wave += _background(draw, noises, conditions, samples) * level
    if draw.random() < _PROCESSED_SHARE:
        wave = processed(draw, wave)
    wave *= 10 ** draw.uniform(1.7, 3.9) / level
    _silence_around(draw, wave, said)
    if draw.random() < 0.05:
        wave += draw.uniform(-2000, 2000)
    heard_features = features(np.clip(np.rint(wave), -_PEAK - 1, _PEAK).astype(np.int16))
    return Scene(heard_features, tuple(Said(word, _frame(start), _frame(end)) for word, start, end in said))


def _talked(draw: Draw, talk: Talk, samples: int) -> tuple[Wave, list[tuple[int, int, int]]]:
    """What is said, one after the other with pauses; close together in half of the scenes."""
    wave = np.zeros(samples, np.float32)
    said: list[tuple[int, int, int]] = []
    dense = draw.random() < 0.5
    at = int(RATE_HZ * (draw.uniform(0, 0.3) if draw.random() < 0.5 else draw.uniform(0.2, 1.5)))
    while at < samples:
        spoken, word = talk(draw)
        spoken, words = heard(draw, spoken)
        if at + words + _ROOM_BEHIND_WORDS_S * RATE_HZ > samples:
            break
        spoken = spoken[: samples - at]
        wave[at : at + len(spoken)] += spoken * 10 ** (draw.uniform(-8, 8) / 20)
        said.append((word, at, at + words))
        at += words + int(RATE_HZ * (draw.uniform(0, 0.25) if dense else draw.uniform(0.2, 1.6)))
    return wave, said


def _background(draw: Draw, noises: Noises, conditions: Conditions, samples: int) -> Wave:
    """Noise below speech of RMS 1; in a fifth of the scenes none at all, as gated microphones give."""
    kind = draw.random()
    if kind < 0.22:
        return np.zeros(samples, np.float32)
    if kind > 0.9:
        return (draw.standard_normal(samples) * 10 ** (-draw.uniform(35, 60) / 20)).astype(np.float32)
    snr = draw.uniform(*conditions.snr_db)
    noise = noises.draw(draw, samples) * 10 ** (-snr / 20)
    if draw.random() < 0.25:
        noise += noises.draw(draw, samples) * 10 ** (-(snr + draw.uniform(0, 12)) / 20)
    return noise


def _silence_around(draw: Draw, wave: Wave, said: list[tuple[int, int, int]]) -> None:
    """Recordings begin and end in digital silence: now and then so does a scene."""
    if not said or draw.random() > 0.3:
        return
    wave[: max(0, said[0][1] - int(draw.uniform(0, 0.4) * RATE_HZ))] = 0
    if draw.random() < 0.5:
        wave[said[-1][2] + int(draw.uniform(0, 0.3) * RATE_HZ) :] = 0


def _frame(sample: int) -> int:
    return max(0, sample // HOP - _FRAMES_BEHIND)
