"""Scenes as training batches: what the network should say at each step, and which moments are shown more often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from host_tools.keyword.training.net import FEATURES, ROWS_A_STEP
from host_tools.keyword.training.warping import another_level, another_throat, at_tempo, tempo

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from host_tools.keyword.training.sound.scenes import Scene

# A word counts as recognised from the step of its end on, for 0.2 s; the quarter second before and the fifth after
# are not judged: a net may know early, or not yet have let go.
_HELD_STEPS = 7
_NOT_YET_STEPS = 8
_NO_LONGER_STEPS = 7
_POSITIVE_WEIGHT = 2.0
# Steps at a crop's begin, whose past was cut off, count less, and never as the word.
_CUT_OFF_STEPS = 30
_CUT_OFF_WEIGHT = 0.3
_WORD_SHARE, _HARD_SHARE, _OTHER_SHARE = 0.3, 0.35, 0.2
# How long before a crop's end the moment lies that it is about, in steps.
_NEAR_END = (13, 26)
_MASKED_SHARE = 0.3


@dataclass(frozen=True)
class Batch:
    """features (scenes, rows, 40) u8; target and weight (scenes, steps, words)."""

    features: NDArray[np.uint8]
    target: NDArray[np.float32]
    weight: NDArray[np.float32]


@dataclass(frozen=True)
class Wanted:
    """What the net should say in one scene, and how much each step counts: (steps, words)."""

    target: NDArray[np.float32]
    weight: NDArray[np.float32]


def wanted(scene: Scene, words: int) -> Wanted:
    """One for the words at their ends, zero elsewhere, no weight around the ends."""
    steps = len(scene.features) // ROWS_A_STEP
    target, weight = np.zeros((steps, words), np.float32), np.ones((steps, words), np.float32)
    for said in scene.said:
        if said.word >= 0:
            end = said.end // ROWS_A_STEP
            weight[max(0, end - _NOT_YET_STEPS) : end + _HELD_STEPS + _NO_LONGER_STEPS, said.word] = 0
    for said in scene.said:
        if said.word >= 0:
            end = said.end // ROWS_A_STEP
            target[end : end + _HELD_STEPS, said.word] = 1
            weight[end : end + _HELD_STEPS, said.word] = _POSITIVE_WEIGHT
    return Wanted(target, weight)


class Batches:
    """Draws batches of crops of `steps` steps from scenes."""

    def __init__(self, scenes: Sequence[Scene], words: int, steps: int, seed: int) -> None:
        self._scenes, self._words, self._steps = scenes, words, steps
        self._draw = np.random.default_rng(seed)
        self._wanted = [wanted(scene, words) for scene in scenes]
        ends = [(at, said.word, said.end // ROWS_A_STEP) for at, one in enumerate(scenes) for said in one.said]
        self._words_said = [[(at, end) for at, said, end in ends if said == word] for word in range(words)]
        self._others = [(at, end) for at, said, end in ends if said < 0]
        self._hard: list[tuple[int, int]] = []

    def show_more(self, outputs: Sequence[NDArray[np.float32]], least: float) -> int:
        """Mine: moments at which a net (its outputs a scene) wrongly says more than `least`; how many there are."""
        self._hard = []
        for at, (output, want) in enumerate(zip(outputs, self._wanted, strict=True)):
            wrong = (output[: len(want.target)] * ((want.weight > 0) & (want.target == 0))).max(axis=1)
            while wrong.size and wrong.max() >= least:
                step = int(wrong.argmax())
                self._hard.append((at, step))
                wrong[max(0, step - 20) : step + 20] = 0
        return len(self._hard)

    def draw(self, count: int) -> Batch:
        """A batch of so many crops."""
        rows = self._steps * ROWS_A_STEP
        features = np.zeros((count, rows, FEATURES), np.uint8)
        target = np.zeros((count, self._steps, self._words), np.float32)
        weight = np.zeros((count, self._steps, self._words), np.float32)
        for place in range(count):
            at, start = self._moment()
            scene, want = self._scenes[at].features, self._wanted[at]
            here = want.target[start : start + self._steps]
            # A net must not mind how its steps of three rows lie over the sound.
            first = start * ROWS_A_STEP + int(self._draw.integers(0, ROWS_A_STEP))
            crop = scene[first : first + rows]
            features[place, : len(crop)] = crop
            target[place, : len(here)] = here
            weight[place, : len(here)] = want.weight[start : start + self._steps]
            if start > 0:
                weight[place, :_CUT_OFF_STEPS] *= (target[place, :_CUT_OFF_STEPS] == 0) * _CUT_OFF_WEIGHT
            self._as_another(features[place], target[place], weight[place])
            self._mask(features[place])
        return Batch(features, target, weight)

    def _moment(self) -> tuple[int, int]:
        """A scene and the step at which its crop begins."""
        draw, kind = self._draw, self._draw.random()
        if kind < _WORD_SHARE:
            said = self._words_said[draw.integers(self._words)]
            at, end = said[draw.integers(len(said))]
        elif kind < _WORD_SHARE + _HARD_SHARE and self._hard:
            at, end = self._hard[draw.integers(len(self._hard))]
        elif kind < _WORD_SHARE + _HARD_SHARE + _OTHER_SHARE and self._others:
            at, end = self._others[draw.integers(len(self._others))]
        else:
            at = int(draw.integers(len(self._scenes)))
            end = int(draw.integers(0, len(self._wanted[at].target)))
        last = max(0, len(self._wanted[at].target) - self._steps)
        start = end + int(draw.integers(*_NEAR_END)) - self._steps
        return at, int(np.clip(start, 0, last))

    def _as_another(self, crop: NDArray[np.uint8], target: NDArray[np.float32], weight: NDArray[np.float32]) -> None:
        """Let another speaker have said it, at another tempo: features, and what is wanted of them, in place."""
        real = another_throat(self._draw, crop.astype(np.float32))
        factor = tempo(self._draw)
        if factor != 1:
            real = at_tempo(real, factor)
            target[:], weight[:] = at_tempo(target, factor), at_tempo(weight, factor)
        crop[:] = np.clip(np.round(another_level(self._draw, real)), 0, 255)

    def _mask(self, crop: NDArray[np.uint8]) -> None:
        """Now and then a few channels, or a tenth of a second, are lost (SpecAugment)."""
        draw = self._draw
        if draw.random() < _MASKED_SHARE:
            channel = draw.integers(0, FEATURES - 4)
            crop[:, channel : channel + draw.integers(1, 7)] = 0
        if draw.random() < _MASKED_SHARE:
            row = draw.integers(0, max(1, len(crop) - 12))
            crop[row : row + draw.integers(1, 12)] = 0
