"""What the converter takes, what it says to what it can't, and that no damaged .tflite does more than be refused."""

from __future__ import annotations

import functools
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from plainsight.keyword import model

from host_tools.keyword.convert import errors, stock, words
from host_tools.keyword.convert.converter import convert, convert_file
from host_tools.keyword.convert.words import Word
from tests.unit.keyword_engine.variants import (
    Change,
    changed,
    operators,
    replace_code,
    set_option,
    set_tensor,
    with_two_words,
)

WORD = Word("Alexa", "capture", Fraction(9, 10), 5, 1500)


@functools.cache
def published(name: str = "okay_nabu") -> bytes:
    return stock.content(stock.find(name)[0])


def refused(content: bytes) -> errors.ModelError:
    with pytest.raises(errors.ModelError) as caught:
        convert(content, [WORD])
    one_line(caught.value)
    return caught.value


def one_line(error: errors.ModelError) -> None:
    assert str(error).isprintable()


def test_rewriting_a_file_changes_nothing() -> None:
    assert convert(changed(published()), [WORD]) == convert(published(), [WORD])


def test_the_stock_models_are_found_by_name_with_their_thresholds() -> None:
    assert stock.names() == ("alexa", "hey_jarvis", "hey_mycroft", "okay_nabu")
    limits = {name: model.read(convert_file(name)).words[0].limit for name in stock.names()}
    assert limits == {"alexa": 1152, "hey_jarvis": 1241, "hey_mycroft": 1216, "okay_nabu": 1088}


@pytest.mark.parametrize("code", ["ADD", "MUL", "MEAN", "SOFTMAX", "UNIDIRECTIONAL_SEQUENCE_LSTM"])
def test_an_operator_without_a_kernel_is_named(code: str) -> None:
    error = refused(changed(published(), replace_code("DEPTHWISE_CONV_2D", code)))
    assert isinstance(error, errors.UnsupportedOperator)
    assert error.name == code


def test_an_operator_that_has_no_name_here_is_numbered() -> None:
    error = refused(changed(published(), replace_code("LOGISTIC", "ATAN2")))
    assert isinstance(error, errors.UnsupportedOperator)
    assert error.name == "operator 156"


def unfit(operator: str, change: Change) -> None:
    error = refused(changed(published(), change))
    assert isinstance(error, errors.UnsupportedOperator)
    assert error.name == operator


@pytest.mark.parametrize(
    ("operator", "change"),
    [
        ("CONV_2D", set_option("CONV_2D", fusedActivationFunction=3)),
        ("CONV_2D", set_option("CONV_2D", dilationHFactor=2)),
        ("CONV_2D", set_tensor("CONV_2D", 1, zero_point=3)),
        ("CONV_2D", set_tensor("CONV_2D", 1, type=7)),
        ("CONV_2D", set_tensor("CONV_2D", 1, shape=np.array([64, 4, 1, 50], np.int32))),
        ("DEPTHWISE_CONV_2D", set_option("DEPTHWISE_CONV_2D", dilationWFactor=2)),
        ("DEPTHWISE_CONV_2D", set_option("DEPTHWISE_CONV_2D", depthMultiplier=2)),
        ("FULLY_CONNECTED", set_option("FULLY_CONNECTED", weightsFormat=1)),
        ("CONCATENATION", set_tensor("CONCATENATION", 1, scale=[0.1])),
        ("CONCATENATION", set_tensor("CONCATENATION", 1, zero_point=3)),
    ],
)
def test_a_setting_without_a_kernel_is_named(operator: str, change: Change) -> None:
    unfit(operator, change)


def test_a_state_that_becomes_something_else_is_refused() -> None:
    def change(file: Any) -> None:
        first, second = operators(file, "ASSIGN_VARIABLE")[:2]
        first.inputs, second.inputs = [first.inputs[0], second.inputs[1]], [second.inputs[0], first.inputs[1]]

    unfit("ASSIGN_VARIABLE", change)


def test_a_state_that_is_never_changed_is_refused() -> None:
    def change(file: Any) -> None:
        file.subgraphs[0].operators.remove(operators(file, "ASSIGN_VARIABLE")[2])

    unfit("READ_VARIABLE", change)


def test_a_state_that_is_read_after_it_was_changed_is_refused() -> None:
    def change(file: Any) -> None:
        every, late = file.subgraphs[0].operators, operators(file, "READ_VARIABLE")[0]
        every.remove(late)
        every.append(late)

    unfit("READ_VARIABLE", change)


def test_a_state_that_starts_with_different_values_is_refused() -> None:
    def change(file: Any) -> None:
        graph = file.subgraphs[1]
        first = next(operator for operator in graph.operators if len(operator.inputs) == 2)
        buffer = file.buffers[graph.tensors[first.inputs[1]].buffer]
        buffer.data = np.array([*buffer.data[:-1], 7], np.uint8)

    unfit("ASSIGN_VARIABLE", change)


def test_an_output_that_is_no_probability_is_refused() -> None:
    def change(file: Any) -> None:
        graph = file.subgraphs[0]
        graph.outputs = [int(operators(file, "FULLY_CONNECTED")[0].outputs[0])]

    unfit("another output", change)


def test_features_of_another_shape_are_refused() -> None:
    def change(file: Any) -> None:
        graph = file.subgraphs[0]
        graph.tensors[graph.inputs[0]].shape = np.array([1, 2, 40], np.int32)

    assert isinstance(refused(changed(published(), change)), errors.WrongFeatures)


@pytest.mark.parametrize("scale", [40.0, 1e-30])
def test_numbers_that_the_kernels_do_not_hold_are_refused(scale: float) -> None:
    def change(file: Any) -> None:
        first = operators(file, "FULLY_CONNECTED")[0]
        graph = file.subgraphs[0]
        graph.tensors[first.outputs[0]].quantization.scale = np.array([scale], np.float32)

    error = refused(changed(published(), change))
    assert isinstance(error, errors.UnsupportedQuantisation)


def test_the_number_of_words_must_be_the_number_of_outputs() -> None:
    two = with_two_words(published())
    assert isinstance(refused(two), errors.WrongWords)
    with pytest.raises(errors.WrongWords):
        convert(published(), [WORD, WORD])
    assert len(model.read(convert(two, [WORD, WORD])).words) == 2


@pytest.mark.parametrize("content", [b"", b"\0" * 64, b"\x89PNG\r\n\x1a\n" * 9, Path(__file__).read_bytes()])
def test_what_is_no_tflite_is_said_to_be_none(content: bytes) -> None:
    assert isinstance(refused(content), errors.NotTflite)


@pytest.mark.parametrize("part", [8, 60, 500, 5000, 20000, 40000, len(published()) - 400])
def test_a_file_that_is_cut_off_is_said_to_be(part: int) -> None:
    assert isinstance(refused(published()[:part]), errors.ModelError)


@settings(max_examples=60, deadline=None)
@given(
    changes=st.lists(st.tuples(st.integers(8, len(published()) - 1), st.integers(0, 255)), min_size=1, max_size=20),
    size=st.one_of(st.just(len(published())), st.integers(8, len(published()))),
)
def test_damage_is_refused_or_does_no_harm(changes: list[tuple[int, int]], size: int) -> None:
    content = bytearray(published())
    for at, value in changes:
        content[at] = value
    try:
        converted = convert(bytes(content[:size]), [WORD])
    except errors.ModelError as error:
        return one_line(error)
    assert model.read(converted).layers
    return None


WORDS_THAT_COUNT = [
    at for at in range(8, len(published()) - 4, 4) if 0 < int.from_bytes(published()[at : at + 4], "little") < 60000
]


@settings(max_examples=60, deadline=None)
@example(at=49612, value=0)
@example(at=49616, value=0)
@given(at=st.sampled_from(WORDS_THAT_COUNT), value=st.one_of(st.integers(0, 300), st.integers(0, 2**32 - 1)))
def test_wrong_offsets_and_counts_are_refused_or_do_no_harm(at: int, value: int) -> None:
    content = published()[:at] + value.to_bytes(4, "little") + published()[at + 4 :]
    try:
        converted = convert(content, [WORD])
    except errors.ModelError as error:
        return one_line(error)
    assert model.read(converted).layers
    return None


def manifest(folder: Path, **values: object) -> Path:
    path = folder / "words.json"
    whole = {"wake_word": "Hey", "micro": {"probability_cutoff": 0.9, "sliding_window_size": 5}} | values
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


def test_words_are_read_with_their_acts(tmp_path: Path) -> None:
    assert words.read(manifest(tmp_path)) == [Word("Hey", "capture", Fraction(9, 10), 5, 1500)]
    rows = [
        {"word": "look", "act": "capture", "probability_cutoff": 0.82, "sliding_window_size": 4, "refractory_ms": 900},
        {"word": "stop", "act": "stop", "probability_cutoff": 1, "sliding_window_size": 64},
    ]
    look, stop = words.read(manifest(tmp_path, words=rows))
    assert (look.limit, look.refractory_ms) == (839, 900)  # 0.82 * 1024 = 839.68
    assert stop.limit == 255 * 64


@pytest.mark.parametrize(
    "values",
    [
        *(
            {"micro": {}},
            {"micro": None},
            {"wake_word": ""},
            {"wake_word": 5},
            {"wake_word": "x" * 25},
            {"wake_word": "a\nb"},
        ),
        *({"words": []}, {"words": 3}, {"words": [3]}, {"words": [{"word": "look"}]}),
        *(
            {"micro": {"probability_cutoff": cutoff, "sliding_window_size": 5}}
            for cutoff in (-0.1, 1.1, "1", True, None)
        ),
        *({"micro": {"probability_cutoff": 0.5, "sliding_window_size": window}} for window in (0, 65, "5")),
        {"words": [{"word": "a", "act": "shout", "probability_cutoff": 0.5, "sliding_window_size": 5}]},
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(tmp_path: Path, values: dict[str, object]) -> None:
    path = manifest(tmp_path, **values)
    with pytest.raises(errors.BadManifest) as caught:
        words.read(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 5000, "\xff", '{"micro": {"probability_cutoff": NaN}}'])
def test_a_manifest_that_is_no_object_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "words.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(errors.BadManifest):
        words.read(path)


def test_names_that_lead_nowhere(tmp_path: Path) -> None:
    with pytest.raises(errors.NoSuchModel, match="alexa, hey_jarvis"):
        convert_file("nobody")
    (tmp_path / "mine.tflite").write_bytes(published())
    with pytest.raises(errors.NoManifest, match=r"mine\.json"):
        convert_file(str(tmp_path / "mine.tflite"))
    with pytest.raises(errors.NoSuchModel):
        convert_file(str(tmp_path))
