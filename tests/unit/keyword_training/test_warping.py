"""Other speakers out of the same features: what may change, and what must stay where it is."""

from __future__ import annotations

import numpy as np
import pytest

from host_tools.keyword.training.net import FEATURES
from host_tools.keyword.training.warping import another_level, another_throat, at_tempo, tempo

ROWS = 30


def peak_at(channel: int) -> np.ndarray:
    crop = np.zeros((ROWS, FEATURES), np.float32)
    crop[:, channel] = 100
    return crop


def test_another_throat_moves_a_peak_along_the_spectrum_both_ways_and_sometimes_not() -> None:
    draw = np.random.default_rng(1)
    moved = [int(another_throat(draw, peak_at(20))[0].argmax()) - 20 for _ in range(200)]
    assert min(moved) < -1
    assert max(moved) > 1
    assert 0.2 < moved.count(0) / len(moved) < 0.7
    assert all(abs(step) <= 4 for step in moved)


def test_another_level_leaves_silence_silent() -> None:
    draw = np.random.default_rng(2)
    levels = {round(float(another_level(draw, peak_at(0))[0, 0])) for _ in range(100)}
    assert min(levels) < 95
    assert max(levels) > 105
    assert not another_level(draw, np.zeros((ROWS, FEATURES), np.float32)).any()


@pytest.mark.parametrize("factor", [0.85, 1.0, 1.2])
def test_at_another_tempo_the_last_row_stays_the_last(factor: float) -> None:
    values = np.arange(1, ROWS + 1, dtype=np.float32)[:, None].repeat(2, axis=1)
    taken = at_tempo(values, factor)
    assert taken.shape == values.shape
    assert taken.dtype == np.float32
    assert (taken[-1] == ROWS).all()
    steps = np.diff(taken[taken[:, 0] > 0][:, 0])
    assert steps.mean() == pytest.approx(factor, abs=0.05)
    assert (taken[0] == 0).all() == (factor > 1)


def test_tempi_lie_around_the_one_that_was_spoken() -> None:
    draw = np.random.default_rng(3)
    factors = [tempo(draw) for _ in range(300)]
    assert factors.count(1.0) > 60
    assert min(factors) < 0.9
    assert max(factors) > 1.15
