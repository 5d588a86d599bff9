"""Noise without recordings: coloured noise, babble of the voices at hand, machines, music-like tones, clatter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from host_tools.keyword.training.sound.filters import RATE_HZ, Wave, band_passed

Draw: TypeAlias = np.random.Generator
_TOP_HZ = 7600.0
# What shares of the scenes have which noise; a user's own recordings, where there are some, come before all.
_OWN_SHARE = 0.5


@dataclass(frozen=True)
class Noises:
    """Where noise comes from: `speech` for babble, `own` for recordings of the user's (float, 16 kHz)."""

    speech: Sequence[Wave]
    own: Sequence[Wave] = ()

    def draw(self, draw: Draw, samples: int) -> Wave:
        """One noise of that length, RMS 1."""
        if self.own and draw.random() < _OWN_SHARE:
            wave = _piece(draw, self.own[int(draw.integers(len(self.own)))], samples)
        elif self.speech and draw.random() < 0.3:
            wave = self._babble(draw, samples)
        else:
            kinds: list[Callable[[Draw, int], Wave]] = [coloured, coloured, _band, _machine, _melody, _clatter]
            wave = kinds[draw.integers(len(kinds))](draw, samples)
        return (wave / (np.sqrt(np.mean(np.square(wave))) + 1e-9)).astype(np.float32)

    def _babble(self, draw: Draw, samples: int) -> Wave:
        """Two to six people talking at once."""
        total = np.zeros(samples, np.float32)
        for _ in range(draw.integers(2, 7)):
            at, loudness = 0, draw.uniform(0.3, 1)
            while at < samples:
                wave = self.speech[int(draw.integers(len(self.speech)))]
                count = min(len(wave), samples - at)
                total[at : at + count] += loudness * wave[:count] / (np.sqrt(np.mean(np.square(wave))) + 1)
                at += count
        return total


def _piece(draw: Draw, wave: Wave, samples: int) -> Wave:
    start = draw.integers(0, max(1, len(wave) - samples))
    return np.resize(wave[start : start + samples], samples)


def coloured(draw: Draw, samples: int, slope: float | None = None) -> Wave:
    """Noise whose power falls as frequency to the `slope`: 0 white, 1 pink, 2 brown."""
    fall = draw.uniform(-0.3, 2.2) if slope is None else slope
    length = 1 << int(np.ceil(np.log2(samples)))
    frequency = np.fft.rfftfreq(length)
    frequency[0] = frequency[1]
    spectrum = (draw.standard_normal(len(frequency)) + 1j * draw.standard_normal(len(frequency))) * frequency ** (
        -fall / 2
    )
    return np.fft.irfft(spectrum, length)[:samples].astype(np.float32)


def _band(draw: Draw, samples: int) -> Wave:
    """A band of noise that swells and fades: wind, traffic, water."""
    low = draw.uniform(60, 2500)
    high = min(_TOP_HZ, low * draw.uniform(1.5, 8))
    wave = band_passed(coloured(draw, samples, draw.uniform(0, 1.5)), low, high, 1)
    swell = np.sin(2 * np.pi * draw.uniform(0.2, 9) * np.arange(samples) / RATE_HZ + draw.uniform(0, 6))
    return (wave * (1 + draw.uniform(0.2, 0.9) * swell)).astype(np.float32)


def _machine(draw: Draw, samples: int) -> Wave:
    """A hum with harmonics: fans, motors, mains."""
    time, pitch = np.arange(samples) / RATE_HZ, draw.uniform(45, 400)
    steep = draw.uniform(0.3, 1.5)
    wave = 0.05 * coloured(draw, samples, 1.0) * np.sqrt(samples)
    for harmonic in range(1, 12):
        wave += draw.random() / harmonic**steep * np.sin(2 * np.pi * pitch * harmonic * time + draw.uniform(0, 6))
    return wave.astype(np.float32)


def _melody(draw: Draw, samples: int) -> Wave:
    """Chords that decay, one after the other."""
    wave, at = np.zeros(samples, np.float32), 0
    while at < samples:
        count = min(int(draw.uniform(0.08, 0.6) * RATE_HZ), samples - at)
        time, pitch = np.arange(count) / RATE_HZ, 110 * 2 ** (draw.integers(0, 40) / 12)
        for interval in draw.choice([1.0, 1.26, 1.5, 2.0], draw.integers(1, 4)):
            for harmonic in range(1, 7):
                tone = np.sin(2 * np.pi * pitch * interval * harmonic * time)
                wave[at : at + count] += tone * draw.random() / harmonic * np.exp(-time * draw.uniform(1, 9))
        at += count
    return wave


def _clatter(draw: Draw, samples: int) -> Wave:
    """Dishes, doors, keys: short bursts that ring, over a quiet floor."""
    wave = 0.5 * coloured(draw, samples, 1.0)
    for _ in range(draw.integers(3, 40)):
        at = draw.integers(0, samples)
        count = min(int(draw.uniform(0.005, 0.15) * RATE_HZ), samples - at)
        time = np.arange(count) / RATE_HZ
        ring = draw.standard_normal(count) * 0.5 + np.sin(2 * np.pi * draw.uniform(200, 6000) * time)
        wave[at : at + count] += draw.uniform(0.2, 3) * np.exp(-time * draw.uniform(20, 300)) * ring
    return wave.astype(np.float32)
