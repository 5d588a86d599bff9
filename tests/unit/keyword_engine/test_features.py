"""From the front end's numbers to the network's bytes, and from logits to probabilities, as TensorFlow Lite does it."""

from __future__ import annotations

from array import array
from importlib import import_module
from typing import Any

import flatbuffers
import numpy as np
import pytest
from plainsight.keyword import kernels_plain

from host_tools.keyword.convert import features
from host_tools.keyword.convert.errors import WrongFeatures
from host_tools.keyword.convert.plan import logistic
from tests.unit.keyword_engine.variants import SCHEMA

LITERT: Any = import_module("ai_edge_litert.interpreter")  # has no types
PUBLISHED = 0.10196078568696976


@pytest.mark.parametrize(("scale", "zero_point"), [(PUBLISHED, -128), (0.1, -128), (0.2, -3)])
def test_every_number_becomes_the_byte_that_numpy_makes_of_it(scale: float, zero_point: int) -> None:
    table = memoryview(features.table(scale, zero_point))
    meant = np.clip(np.round(np.arange(1 << 16) * features.RAW_SCALE / scale + zero_point), -128, 127).astype(int) + 128
    arena = bytearray(42)
    for start in (*range(0, 1600, 40), 65496):
        kernels_plain.quantise(array("H", range(start, start + 40)), arena, table, 1, len(table) - 1)
        assert list(arena[1:41]) == meant[start : start + 40].tolist()
    assert (arena[0], arena[41]) == (0, 0)


@pytest.mark.parametrize("scale", [1.0, 1e4])
def test_features_of_another_kind_are_refused(scale: float) -> None:
    with pytest.raises(WrongFeatures):
        features.table(scale, -128)


@pytest.mark.parametrize(
    ("scale", "zero_point"),
    [(0.17895515263080597, 30), (0.22185726463794708, 34), (0.05, -100), (1.5, 0), (0.0039, 127)],
)
def test_probabilities_are_those_of_tflite_for_every_logit(scale: float, zero_point: int) -> None:
    interpreter: Any = LITERT.Interpreter(
        model_content=lone_logistic(scale, zero_point),
        experimental_op_resolver_type=LITERT.OpResolverType.BUILTIN_REF,
    )
    interpreter.allocate_tensors()
    interpreter.set_tensor(0, np.arange(-128, 128, dtype=np.int8).reshape(1, 256))
    interpreter.invoke()
    meant = interpreter.get_tensor(1).reshape(-1).view(np.uint8) ^ 0x80
    assert logistic(float(np.float32(scale)), zero_point) == meant.tobytes()


def lone_logistic(scale: float, zero_point: int) -> bytes:
    """A model of one operator over 256 logits."""
    model, graph, operator, code = SCHEMA.ModelT(), SCHEMA.SubGraphT(), SCHEMA.OperatorT(), SCHEMA.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = SCHEMA.BuiltinOperator.LOGISTIC
    for number, (tensor_scale, zero) in enumerate([(scale, zero_point), (1 / 256, -128)]):
        tensor, quantization = SCHEMA.TensorT(), SCHEMA.QuantizationParametersT()
        quantization.scale, quantization.zeroPoint = np.array([tensor_scale], np.float32), np.array([zero], np.int64)
        tensor.shape, tensor.type, tensor.quantization = (
            np.array([1, 256], np.int32),
            SCHEMA.TensorType.INT8,
            quantization,
        )
        tensor.name = f"t{number}"
        graph.tensors = [*(graph.tensors or []), tensor]
    operator.inputs, operator.outputs = [0], [1]
    graph.inputs, graph.outputs, graph.operators = [0], [1], [operator]
    model.version, model.operatorCodes, model.subgraphs = 3, [code], [graph]
    model.buffers = [SCHEMA.BufferT()]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())
