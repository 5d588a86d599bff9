"""What a signal-to-noise ratio is here, and that each recording keeps its noise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from host_tools.keyword.errors import SilentNoise
from host_tools.keyword.recordings import RATE_HZ, Recording
from host_tools.keyword.scoring.heard import LEAD_S, TAIL_S, padded
from host_tools.keyword.scoring.intervals import poisson, wilson
from host_tools.keyword.scoring.noise import Noises, active_level

RNG = np.random.default_rng(5)
TONE = 6000 * np.sin(2 * np.pi * 300 * np.arange(2 * RATE_HZ) / RATE_HZ)
HISS = RNG.normal(0, 900, 5 * RATE_HZ).astype(np.int16)
LEAD, TAIL = int(LEAD_S * RATE_HZ), int(TAIL_S * RATE_HZ)


def decibels(level: float) -> float:
    return 20 * float(np.log10(level))


def rms(sound: np.ndarray) -> float:
    return float(np.sqrt(np.square(sound.astype(float)).mean()))


def noises(*sounds: np.ndarray, seed: int = 0) -> Noises:
    return Noises([Recording(Path(f"{number}.wav"), sound) for number, sound in enumerate(sounds)], seed)


def test_the_active_level_of_a_steady_tone_is_its_level() -> None:
    assert decibels(active_level(TONE)) == pytest.approx(decibels(rms(TONE)), abs=0.2)


def test_pauses_do_not_count_as_speech() -> None:
    silence = np.zeros(4 * RATE_HZ)
    assert decibels(active_level(np.concatenate([silence, TONE, silence]))) == pytest.approx(
        decibels(rms(TONE)), abs=0.6
    )


def test_short_pauses_do() -> None:
    gated = TONE * (np.arange(len(TONE)) // 800 % 2)  # 50 ms on, 50 ms off: shorter than P.56's 200 ms
    assert decibels(active_level(gated)) == pytest.approx(decibels(rms(gated)), abs=0.3)


@pytest.mark.parametrize("scale", [0.001, 0.05, 5.0])
def test_the_level_follows_the_sound(scale: float) -> None:
    assert decibels(active_level(TONE * scale)) == pytest.approx(decibels(active_level(TONE) * scale), abs=0.3)


@pytest.mark.parametrize("snr_db", [20.0, 10.0, 0.0, -5.0])
def test_the_noise_is_as_far_below_as_it_should(snr_db: float) -> None:
    sound = (TONE / 4).astype(np.int16)
    mixed = noises(HISS).under(sound, "a.wav", snr_db)
    noise = mixed.astype(float) - padded(sound)
    assert len(mixed) == LEAD + len(sound) + TAIL
    assert decibels(active_level(TONE / 4)) - decibels(rms(noise)) == pytest.approx(snr_db, abs=0.1)
    assert rms(noise[:LEAD]) == pytest.approx(rms(noise[LEAD:]), rel=0.1)


def test_a_sum_that_is_too_loud_is_turned_down_and_keeps_its_ratio() -> None:
    sound = (TONE * 5).astype(np.int16)
    mixed = noises(HISS).under(sound, "a.wav", 0.0).astype(float)
    assert np.abs(mixed).max() == 32767
    gain = float(mixed @ padded(sound)) / float(np.square(padded(sound).astype(float)).sum())
    noise = mixed - gain * padded(sound)
    assert decibels(gain * active_level(sound.astype(float)) / rms(noise)) == pytest.approx(0.0, abs=0.3)


def test_a_recording_keeps_its_noise_and_a_seed_deals_anew() -> None:
    sound, several = TONE.astype(np.int16), [HISS, HISS[::-1].copy(), np.roll(HISS, 999)]
    one = noises(*several).under(sound, "a.wav", 10)
    assert np.array_equal(one, noises(*several).under(sound, "a.wav", 10))
    assert not np.array_equal(one, noises(*several).under(sound, "b.wav", 10))
    assert not np.array_equal(one, noises(*several, seed=1).under(sound, "a.wav", 10))


def test_every_noise_has_its_turn() -> None:
    tones = [np.tile(np.array([0, level], np.int16), RATE_HZ * 3) for level in (100, 3000, -5000)]
    dealt = noises(*tones)
    pieces = {dealt._piece(8, f"{number}.wav").min() + dealt._piece(8, f"{number}.wav").max() for number in range(60)}
    assert pieces == {100.0, 3000.0, -5000.0}


def test_noise_that_is_short_or_partly_silent_is_noise_all_the_same() -> None:
    sparse = np.zeros(30 * RATE_HZ, np.int16)
    sparse[17] = 5000
    for noise in (HISS[:500], sparse):
        mixed = noises(noise).under(TONE.astype(np.int16), "a.wav", 10.0)
        assert rms(mixed - padded(TONE.astype(np.int16))) > 10


def test_silence_stays_silence_and_is_no_noise() -> None:
    silence = np.zeros(RATE_HZ, np.int16)
    assert not noises(HISS).under(silence, "a.wav", 10.0).any()
    with pytest.raises(SilentNoise, match=r"1\.wav: is silent"):
        noises(HISS, silence)


def test_intervals_are_those_of_the_books() -> None:
    assert wilson(312, 329) == pytest.approx((0.9188, 0.9675), abs=1e-4)
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)
    assert poisson(0, 1.0) == pytest.approx((0.0, 3.6889), abs=1e-4)
    assert poisson(5, 2.0) == pytest.approx((1.6235 / 2, 11.6683 / 2), abs=1e-4)
    assert poisson(3, 0.0) == (0.0, np.inf)
