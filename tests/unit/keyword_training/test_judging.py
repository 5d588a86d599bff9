"""Counting hits and false accepts, and choosing a cutoff from them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from host_tools.keyword.training import judging
from host_tools.keyword.training.judging import Heard, chosen, heard
from host_tools.keyword.training.sound.scenes import Said, Scene


def output(steps: int, *peaks: tuple[int, float]) -> NDArray[np.float32]:
    """Zero but for ten steps at each (step, probability)."""
    values = np.zeros((steps, 1), np.float32)
    for step, probability in peaks:
        values[step : step + 10] = probability
    return values


def silence(steps: int, *said: Said) -> Scene:
    return Scene(np.zeros((steps * 3, 40), np.uint8), said)


def test_a_word_at_its_end_is_a_hit_and_anything_else_a_false_accept() -> None:
    scenes = [silence(400, Said(0, 150, 210), Said(-1, 600, 660))]
    found = heard(scenes, [output(400, (70, 0.8), (220, 0.6), (340, 0.3))], 0, 5)
    assert np.allclose(found.hits, [0.8])
    assert np.allclose(sorted(found.false), [0.3, 0.6])
    assert found.hours == 400 * 0.03 / 3600
    assert found.recall(0.7) == 1
    assert found.recall(0.81) == 0
    assert found.false_accepts_an_hour(0.5) == 1 / found.hours


def test_one_long_answer_is_one_false_accept() -> None:
    values = np.zeros((300, 1), np.float32)
    values[100:140] = 0.9
    assert len(heard([silence(300)], [values], 0, 3).false) == 1


def test_a_single_step_is_averaged_away() -> None:
    values = np.zeros((100, 1), np.float32)
    values[50] = 1.0
    assert np.allclose(heard([silence(100)], [values], 0, 5).false, [0.2])


def test_the_cutoff_is_the_least_that_keeps_false_accepts_within_bounds() -> None:
    hours = 0.5
    assert judging.MOST_FALSE_ACCEPTS_AN_HOUR * hours == 2
    steps = int(hours * 3600 / judging.STEP_S)
    said = [Said(0, 3 * at - 30, 3 * at) for at in range(1000, 3000, 200)]
    peaks = [(at, 0.95) for at in range(1000, 3000, 200)] + [(5000, 0.9), (6000, 0.8), (7000, 0.7)]
    choice = chosen([silence(steps, *said)], [output(steps, *peaks)], 0)
    # Two are allowed in half an hour: the third highest is the first that must not pass.
    assert 0.7 < choice.cutoff < 0.72
    assert choice.window in judging.WINDOWS


def test_with_nothing_false_the_cutoff_still_does_not_fall_to_nothing() -> None:
    choice = chosen([silence(400, Said(0, 150, 210))], [output(400, (70, 0.99))], 0)
    assert choice.cutoff == 0.5


def test_nothing_said_is_no_recall_and_no_error() -> None:
    nothing = Heard(np.zeros(0), np.zeros(0), 0.0)
    assert nothing.recall(0.5) == 0
    assert nothing.false_accepts_an_hour(0.5) == 0
