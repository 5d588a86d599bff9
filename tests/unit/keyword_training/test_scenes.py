"""Scenes say what was said when, are made again from the same seed, and become the batches they should."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from host_tools.keyword.training import scenery
from host_tools.keyword.training.corpus import Spoken, Talker
from host_tools.keyword.training.dataset import Batches, wanted
from host_tools.keyword.training.sound.noises import Noises
from host_tools.keyword.training.sound.scenes import OTHER, Conditions, Said, Scene, scene

LOUD = 60  # a quantised feature of speech; silence is 0


def beep(seconds: float) -> NDArray[np.float32]:
    time = np.arange(int(seconds * 16_000)) / 16_000
    tones = np.stack([np.sin(2 * np.pi * hertz * time) for hertz in (300, 900, 2100)])
    return np.asarray(8000 * tones.sum(axis=0), np.float32)


@pytest.fixture(scope="module")
def talker() -> Talker:
    return Talker(Spoken([{"espeak": [beep(0.5)]}], [beep(0.3)], [beep(1.2)]), 0.5, 0.2)


def made(talker: Talker, seed: int) -> Scene:
    return scene(np.random.default_rng(seed), talker, Noises(talker.spoken.sentences), Conditions((30.0, 40.0), 5.0))


def test_the_same_seed_makes_the_same_scene(talker: Talker) -> None:
    one, again, other = made(talker, 1), made(talker, 1), made(talker, 2)
    assert (one.features == again.features).all()
    assert one.said == again.said
    assert one.features.shape != other.features.shape or (one.features != other.features).any()


def test_where_something_is_said_there_is_sound(talker: Talker) -> None:
    ends: list[float] = []
    for seed in range(12):
        one = made(talker, seed)
        for said in one.said:
            assert 0 <= said.start < said.end < len(one.features)
            inside = one.features[said.start + 3 : said.end - 3].max(axis=1)
            ends.append(float((inside > LOUD).mean()))
    assert np.mean(ends) > 0.9


def test_the_net_is_asked_for_the_word_at_its_end_alone() -> None:
    one = Scene(np.zeros((300, 40), np.uint8), (Said(1, 60, 120), Said(OTHER, 150, 210)))
    want = wanted(one, 2)
    assert want.target[:, 0].sum() == 0
    assert want.weight[:, 0].min() == 1
    assert np.nonzero(want.target[:, 1])[0].tolist() == list(range(40, 47))
    assert (want.weight[32:40, 1] == 0).all()
    assert (want.weight[47:54, 1] == 0).all()
    assert (want.weight[40:47, 1] > 1).all()
    assert (want.weight[60:75, 1] == 1).all()


def test_batches_hold_the_word_and_mined_moments_come_back() -> None:
    draw = np.random.default_rng(0)
    scenes = [
        Scene(draw.integers(1, 255, (300, 40)).astype(np.uint8), (Said(0, 60, 120),)),
        Scene(np.full((300, 40), 7, np.uint8), ()),
    ]
    batches = Batches(scenes, 1, 40, seed=4)
    batch = batches.draw(200)
    assert batch.features.shape == (200, 120, 40)
    assert 0.2 < (batch.target.max(axis=(1, 2)) > 0).mean() < 0.8
    outputs = [np.zeros((100, 1), np.float32), np.zeros((100, 1), np.float32)]
    outputs[1][50] = 0.9
    outputs[0][40:47] = 0.99  # right, so not mined
    assert batches.show_more(outputs, 0.5) == 1


def test_crops_without_the_past_never_count_as_the_word() -> None:
    one = Scene(np.full((600, 40), 9, np.uint8), (Said(0, 90, 150),))
    batch = Batches([one], 1, 40, seed=1).draw(300)
    cut_off = batch.target[:, :10] * batch.weight[:, :10]
    whole = (batch.features[:, 0] == 0).all(axis=1)
    assert cut_off[~whole].max(initial=0) == 0 or batch.weight[:, :10].max() <= 1


def test_scenes_are_kept_and_taken_up(tmp_path: Path, talker: Talker) -> None:
    told: list[tuple[int, int]] = []
    drawn = scenery.scenery_of(talker.spoken, [], (0.5, 0.2), Conditions((30.0, 40.0), 2.0), 3)
    first = scenery.scenes(tmp_path, drawn, 42, lambda done, of: None, processes=1)
    again = scenery.scenes(tmp_path, drawn, 42, lambda done, of: told.append((done, of)))
    assert [one.said for one in again] == [one.said for one in first]
    assert told == [(42, 42)]
