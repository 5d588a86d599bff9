"""What lies between a mouth and a microphone's numbers: another throat, a room, a microphone, an overdriven input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from host_tools.keyword.training.sound.filters import RATE_HZ, Wave, band_passed, convolved, smoothed, stretched
from host_tools.keyword.training.sound.noises import Draw
from host_tools.keyword.training.sound.processing import processed

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Faster and higher, or slower and lower; formants move with it, as between throats of different length.
_THROATS_PERCENT = (80, 85, 90, 95, 105, 110, 115, 120, 125)
_TAIL_SAMPLES = 2400
_PROCESSED_SHARE = 0.35
_EQUALISER_TAPS = 512
_EQUALISER_POINTS = 7
_EQUALISER_DB = 9.0


def heard(draw: Draw, wave: Wave) -> tuple[Wave, int]:
    """The same words by another throat, in a room, by a microphone, RMS 1; and how long the words themselves are."""
    if draw.random() < 0.7:
        wave = stretched(wave, int(draw.choice(_THROATS_PERCENT)))
    if draw.random() < 0.5:
        wave = _equalised(draw, wave)
    if draw.random() < 0.35:
        wave = np.append(wave[:1], wave[1:] - draw.uniform(-0.7, 0.95) * wave[:-1]).astype(np.float32)
    if draw.random() < 0.25:
        wave = band_passed(wave, draw.uniform(80, 350), draw.uniform(3000, 7500), 2)
    words = len(wave)
    if draw.random() < 0.6:
        wave = convolved(wave, _room(draw))[: words + _TAIL_SAMPLES]
    if draw.random() < 0.1:
        limit = np.abs(wave).max() * draw.uniform(0.15, 0.6)
        wave = np.clip(wave, -limit, limit)
    if draw.random() < _PROCESSED_SHARE:
        wave = processed(draw, wave)
    return wave / (np.sqrt(np.mean(np.square(wave[:words]))) + 1e-6), words


def _equalised(draw: Draw, wave: Wave) -> Wave:
    """Through a smooth random frequency response of linear phase."""
    bins = _EQUALISER_TAPS // 2
    places = np.sort(np.append(draw.uniform(0, bins, _EQUALISER_POINTS - 2), [0, bins]))
    decibels = np.interp(np.arange(bins + 1), places, draw.uniform(-_EQUALISER_DB, _EQUALISER_DB, _EQUALISER_POINTS))
    response = np.roll(np.fft.irfft(10 ** (decibels / 20)), bins) * np.hanning(_EQUALISER_TAPS)
    return convolved(wave, response)[bins : bins + len(wave)]


def _room(draw: Draw) -> NDArray[np.float32]:
    """A room's impulse response: the direct sound, a few early reflections, a tail that decays by 60 dB in T60."""
    decay_s = draw.uniform(0.08, 0.7)
    count = int(min(0.45, decay_s) * RATE_HZ)
    tail = draw.standard_normal(count) * np.exp(-6.9 * np.arange(count) / RATE_HZ / decay_s)
    tail = smoothed(tail, draw.uniform(0, 0.6))
    tail[: draw.integers(8, 160)] = 0
    for _ in range(draw.integers(2, 7)):
        tail[draw.integers(0, min(count, 640))] += draw.uniform(-2, 2)
    tail *= 10 ** (-draw.uniform(-3, 15) / 20) / np.sqrt(np.sum(np.square(tail)))
    tail[0] = 1
    return tail.astype(np.float32)
