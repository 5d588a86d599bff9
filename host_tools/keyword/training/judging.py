"""How good a net is on voices that it never heard: where to put the cutoff, recall, false accepts an hour, the ROC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from host_tools.keyword.training.net import ROWS_A_STEP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from host_tools.keyword.training.sound.scenes import Scene

STEP_S = 0.03
WINDOWS = (3, 5, 7, 10)
# In synthetic talk, whose voices are fewer and nearer to those of training than people are: with “alexa” a cutoff that
# let five an hour pass there let none pass in 18 minutes of other keywords, noise and reading by real people.
MOST_FALSE_ACCEPTS_AN_HOUR = 4.0
# Two answers nearer than this are one: the firmware's refractory time.
REFRACTORY_STEPS = 50
# A word counts as recognised from a little before its end to this long after.
_EARLY_STEPS, _LATE_STEPS = 10, 25
# Real talk is more varied than ours: the cutoff never goes below, however clean the held-out voices are.
_LEAST_CUTOFF, _GREATEST_CUTOFF = 0.5, 0.99


@dataclass(frozen=True)
class Heard:
    """One word's peaks: at each place where it was said, and wherever else it was nearly heard; how long it all was."""

    hits: NDArray[np.float64]
    false: NDArray[np.float64]
    hours: float

    def recall(self, cutoff: float) -> float:
        """Share of the sayings recognised."""
        return float(np.mean(self.hits > cutoff)) if len(self.hits) else 0.0

    def false_accepts_an_hour(self, cutoff: float) -> float:
        """How often something else is taken for it."""
        return float(np.sum(self.false > cutoff)) / self.hours if self.hours else 0.0


@dataclass(frozen=True)
class Choice:
    """The decision's settings for one word."""

    cutoff: float
    window: int


def heard(scenes: Sequence[Scene], outputs: Sequence[NDArray[np.floating]], word: int, window: int) -> Heard:
    """What the sliding mean over `window` steps shows; `outputs`: probabilities (steps, words) a scene."""
    hits: list[float] = []
    false: list[float] = []
    steps = 0
    for scene, output in zip(scenes, outputs, strict=True):
        mean = np.convolve(output[:, word], np.ones(window) / window)[: len(output)]
        steps += len(mean)
        open_ = np.ones(len(mean), bool)
        for said in scene.said:
            end = said.end // ROWS_A_STEP
            span = slice(max(0, end - _EARLY_STEPS), end + _LATE_STEPS)
            if said.word == word and len(mean[span]):
                hits.append(float(mean[span].max()))
                open_[max(0, said.start // ROWS_A_STEP) : end + _LATE_STEPS] = False
        false += _peaks(np.where(open_, mean, 0.0))
    return Heard(np.array(hits), np.array(false), steps * STEP_S / 3600)


def chosen(scenes: Sequence[Scene], outputs: Sequence[NDArray[np.floating]], word: int) -> Choice:
    """The window and the least cutoff with which false accepts stay within bounds, for the best recall."""
    best: tuple[float, Choice] | None = None
    for window in WINDOWS:
        found = heard(scenes, outputs, word, window)
        allowed = int(MOST_FALSE_ACCEPTS_AN_HOUR * found.hours)
        peaks = np.sort(found.false)[::-1]
        cutoff = float(peaks[allowed]) + 1 / 256 if len(peaks) > allowed else 0.0
        choice = Choice(round(float(np.clip(cutoff, _LEAST_CUTOFF, _GREATEST_CUTOFF)), 3), window)
        recall = found.recall(choice.cutoff)
        if best is None or recall > best[0] + 1e-9:
            best = (recall, choice)
    assert best is not None
    return best[1]


def _peaks(mean: NDArray[np.floating], least: float = 0.05) -> list[float]:
    """The highest values, no two within the refractory time."""
    left, found = mean.copy(), list[float]()
    while left.size and left.max() >= least:
        place = int(left.argmax())
        found.append(float(left[place]))
        left[max(0, place - REFRACTORY_STEPS) : place + REFRACTORY_STEPS] = 0
    return found
