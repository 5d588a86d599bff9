"""A tiny net learns two sounds apart, and a stopped run ends where an unbroken one does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from host_tools.keyword.training import learning
from host_tools.keyword.training.learning import Schooling, learn, outputs
from host_tools.keyword.training.net import Architecture, Arrays
from host_tools.keyword.training.sound.scenes import OTHER, Said, Scene

SHAPE = Architecture(first=4, channels=(8,), taps=(7,), dense_taps=2)
SCHOOLING = Schooling(steps=200, crops=16, crop_steps=24, rate=1e-2)


def scenes(count: int, seed: int) -> list[Scene]:
    """Low channels then high ones are the word; the other way round they are not."""
    draw = np.random.default_rng(seed)
    made: list[Scene] = []
    for number in range(count):
        features = draw.integers(0, 30, (150, 40)).astype(np.uint8)
        start, is_word = int(draw.integers(30, 80)), number % 2 == 0
        early, late = (slice(0, 20), slice(20, 40)) if is_word else (slice(20, 40), slice(0, 20))
        features[start : start + 9, early] = 200
        features[start + 9 : start + 18, late] = 200
        made.append(Scene(features, (Said(0 if is_word else OTHER, start, start + 18),)))
    return made


def nothing(_done: int) -> None:
    """Who does not want to be told."""


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Arrays, Arrays]:
    return learn(SHAPE, scenes(80, 1), SCHOOLING, 1, tmp_path_factory.mktemp("one") / "kept", nothing)


def test_it_tells_the_word_from_its_reverse(unbroken: tuple[Arrays, Arrays]) -> None:
    test = scenes(40, 2)
    peaks = [float(one.max()) for one in outputs(SHAPE, *unbroken, [scene.features for scene in test])]
    words = [peak for peak, scene in zip(peaks, test, strict=True) if scene.said[0].word == 0]
    others = [peak for peak, scene in zip(peaks, test, strict=True) if scene.said[0].word == OTHER]
    assert np.mean([[word > other for other in others] for word in words]) > 0.9


def test_a_stopped_run_is_taken_up_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "_SAVE_EVERY", 5)
    kept, seen = tmp_path / "kept", list[int]()

    def stop_at_twelve(done: int) -> None:
        if done == 12:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        learn(SHAPE, scenes(80, 1), SCHOOLING, 1, kept, stop_at_twelve)
    learn(SHAPE, scenes(80, 1), SCHOOLING, 1, kept, seen.append)
    assert seen == list(range(11, 201))
