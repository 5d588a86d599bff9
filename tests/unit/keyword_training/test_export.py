"""The exported int8 model is the trained net: the float net's answers, step for step, in TFLite and in the firmware."""

from __future__ import annotations

import array
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from plainsight.keyword import model
from plainsight.keyword.network import Network

from host_tools.keyword.convert.converter import convert
from host_tools.keyword.convert.words import Word
from host_tools.keyword.scoring.reference import ReferenceEngine
from host_tools.keyword.training import net
from host_tools.keyword.training.export.calibrate import layers, ranges
from host_tools.keyword.training.export.quantise import FEATURE_SCALE, activations, quantise
from host_tools.keyword.training.export.streaming import streaming_model

SHAPE = net.Architecture(first=8, channels=(16, 8), taps=(3, 7), dense_taps=4, words=2)
RAW_SCALE = 0.0390625


def trained() -> tuple[net.Arrays, net.Arrays]:
    """A net whose batch norms and biases all do something."""
    draw = np.random.default_rng(5)
    weights, running = net.initial(SHAPE, 3)
    for name in list(running):
        values: Any = np.array([draw.normal(0, 0.3) for _ in running[name]], np.float32)
        running[name] = abs(values) + 0.5 if "variance" in name else values
    for name in list(weights):
        if name.startswith(("gain", "shift")):
            weights[name] = np.asarray(weights[name] + draw.normal(0, 0.2, weights[name].shape), np.float32)
    weights["dense"] = weights["dense"] * 0.25  # logits as a trained net has them
    return weights, running


def speechlike(frames: int, seed: int) -> NDArray[np.uint8]:
    """Features that come and go, as raw front-end values allow them."""
    draw = np.random.default_rng(seed)
    values = draw.normal(250, 200, (frames, net.FEATURES)) * (draw.random((frames, 1)) > 0.3)
    raw = np.rint(np.clip(values, 0, 660))
    return np.asarray(np.clip(np.rint(raw * RAW_SCALE / float(FEATURE_SCALE)), 0, 255), np.uint8)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, net.Folded]:
    folded = net.folded(SHAPE, *trained())
    pieces = [speechlike(300, seed) for seed in range(4)]
    path = tmp_path_factory.mktemp("export") / "two.tflite"
    path.write_bytes(streaming_model(quantise(folded, ranges(folded, pieces)), "two words"))
    return path, folded


def words() -> list[Word]:
    return [Word("look", "capture", Fraction(9, 10), 5, 1500), Word("stop", "stop", Fraction(1, 2), 3, 1500)]


def test_folding_the_batch_norms_changes_no_answer() -> None:
    weights, running = trained()
    features = speechlike(90, 9)
    whole, _ = net.forward(SHAPE, weights, running, features[None])
    folded = layers(net.folded(SHAPE, weights, running), features)["dense"]
    assert np.abs(np.asarray(whole)[0] - folded).max() < 1e-4


def test_what_trains_over_whole_scenes_is_causal() -> None:
    weights, running = trained()
    features = speechlike(120, 11)
    later = features.copy()
    later[75:] = 0
    before, _ = net.forward(SHAPE, weights, running, features[None])
    after, _ = net.forward(SHAPE, weights, running, later[None])
    assert np.allclose(np.asarray(before)[0, :25], np.asarray(after)[0, :25], atol=1e-5)
    assert not np.allclose(np.asarray(before)[0, 25:], np.asarray(after)[0, 25:], atol=1e-2)


def test_the_matrix_form_used_in_training_is_the_same_convolution() -> None:
    draw = np.random.default_rng(1)
    here, kernel = draw.normal(size=(3, 2, 20)).astype(np.float32), draw.normal(size=(5, 3)).astype(np.float32)
    assert np.allclose(
        net.over_time(here, kernel, training=True), net.over_time(here, kernel, training=False), atol=1e-5
    )


def test_the_int8_model_answers_as_the_float_net(exported: tuple[Path, net.Folded]) -> None:
    path, folded = exported
    features = speechlike(300, 21)
    given = ReferenceEngine(path, [model.Word(word.name, word.act, 0, 1, 0, 0) for word in words()]).outputs(
        features.astype(np.float32) * FEATURE_SCALE
    )
    wanted = 1 / (1 + np.exp(-layers(folded, features)["dense"]))
    assert wanted.std() > 0.1
    assert np.abs(given / 256 - wanted).max() < 0.06
    assert np.abs(given / 256 - wanted).mean() < 0.012


def test_the_firmware_answers_as_tflite_value_for_value(exported: tuple[Path, net.Folded]) -> None:
    path, _ = exported
    features = speechlike(150, 31)
    given = ReferenceEngine(path, [model.Word(word.name, word.act, 0, 1, 0, 0) for word in words()]).outputs(
        features.astype(np.float32) * FEATURE_SCALE
    )
    network = Network(model.read(convert(path.read_bytes(), words())))
    raw = np.rint(features * float(FEATURE_SCALE) / RAW_SCALE).astype(int)
    for step, answer in enumerate(given):
        for row in range(net.ROWS_A_STEP):
            network.put(row, array.array("H", raw[step * net.ROWS_A_STEP + row].tolist()))
        network.step()
        assert list(network.outputs[:2]) == answer.tolist()


def test_a_range_always_holds_zero_exactly() -> None:
    for low, high in ((0.5, 2.0), (-3.0, -1.0), (-1.0, 3.0), (0.0, 0.0)):
        kind = activations(low, high)
        assert -128 <= kind.zero_point <= 127
        assert kind.scale[0] > 0
        assert (-128 - kind.zero_point) * kind.scale[0] <= min(low, 0.0) + kind.scale[0]
        assert (127 - kind.zero_point) * kind.scale[0] >= max(high, 0.0) - kind.scale[0]
