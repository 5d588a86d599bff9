"""Noises, rooms and processing: the right length and level, nothing broken, and each does what it is for."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from host_tools.keyword.training.sound.noises import Noises, coloured
from host_tools.keyword.training.sound.processing import processed
from host_tools.keyword.training.sound.speakers import heard

RATE_HZ = 16_000


def tone(hertz: float, seconds: float = 0.5) -> NDArray[np.float32]:
    return np.asarray(1000 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE_HZ)) / RATE_HZ), np.float32)


def band_level(wave: NDArray[np.float32], low_hz: float, high_hz: float) -> float:
    spectrum = np.abs(np.fft.rfft(wave)) ** 2
    hertz = np.fft.rfftfreq(len(wave), 1 / RATE_HZ)
    return float(spectrum[(hertz >= low_hz) & (hertz < high_hz)].sum())


@pytest.mark.parametrize("seed", range(24))
def test_every_noise_has_its_length_and_level(seed: int) -> None:
    wave = Noises([tone(300), tone(500)]).draw(np.random.default_rng(seed), 9000)
    assert wave.shape == (9000,)
    assert np.isfinite(wave).all()
    assert np.sqrt(np.mean(np.square(wave))) == pytest.approx(1, abs=0.01)


def test_own_noise_is_used() -> None:
    own = np.full(4000, 5.0, np.float32)
    drawn = [Noises([tone(300)], [own]).draw(np.random.default_rng(seed), 2000) for seed in range(20)]
    share = np.mean([np.allclose(wave, 1, atol=1e-3) for wave in drawn])
    assert 0.2 < share < 0.8


def test_brown_noise_is_darker_than_white() -> None:
    draw = np.random.default_rng(0)
    white, brown = coloured(draw, 16_000, 0.0), coloured(draw, 16_000, 2.0)

    def brightness(wave: NDArray[np.float32]) -> float:
        return band_level(wave, 4000, 8000) / band_level(wave, 20, 1000)

    assert brightness(brown) < 0.05 * brightness(white)


@pytest.mark.parametrize("seed", range(12))
def test_another_speaker_says_the_same_for_about_as_long(seed: int) -> None:
    wave, words = heard(np.random.default_rng(seed), tone(700))
    assert 0.75 * 8000 < words < 1.3 * 8000
    assert words <= len(wave) <= words + 2400
    assert np.isfinite(wave).all()


def test_processing_takes_away_what_is_faint_or_high_and_keeps_what_is_loud() -> None:
    noise = coloured(np.random.default_rng(1), 8000, 0.0)
    sound = tone(1000) + 30 * noise / noise.std()
    lost_high, kept_loud = 0, 0
    for seed in range(20):
        result = processed(np.random.default_rng(seed), sound)
        assert result.shape == sound.shape
        lost_high += band_level(result, 7700, 8000) < 0.01 * band_level(sound, 7700, 8000)
        kept_loud += band_level(result, 950, 1050) > 0.8 * band_level(sound, 950, 1050)
    assert lost_high >= 8
    assert kept_loud == 20
