"""Models that nobody published, made out of published ones with TensorFlow Lite's own schema."""

from __future__ import annotations

import copy
from collections.abc import Callable
from importlib import import_module
from typing import Any

import flatbuffers
import numpy as np

SCHEMA: Any = import_module("ai_edge_litert.schema_py_generated")  # has no types
Change = Callable[[Any], None]


def changed(content: bytes, *changes: Change) -> bytes:
    """The file with its object tree changed."""
    model = SCHEMA.ModelT.InitFromPackedBuf(content, 0)
    for change in changes:
        change(model)
    builder = flatbuffers.Builder(len(content) + 4096)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def code_of(model: Any, operator: Any) -> int:
    """An operator's number in the schema."""
    code = model.operatorCodes[operator.opcodeIndex]
    return max(code.builtinCode, code.deprecatedBuiltinCode)


def operators(model: Any, name: str) -> list[Any]:
    """Those of one kind, in order."""
    wanted = getattr(SCHEMA.BuiltinOperator, name)
    return [operator for operator in model.subgraphs[0].operators if code_of(model, operator) == wanted]


def replace_code(name: str, other: str) -> Change:
    """Every operator of one kind claims to be another."""

    def change(model: Any) -> None:
        for code in model.operatorCodes:
            if max(code.builtinCode, code.deprecatedBuiltinCode) == getattr(SCHEMA.BuiltinOperator, name):
                code.builtinCode = getattr(SCHEMA.BuiltinOperator, other)
                code.deprecatedBuiltinCode = min(code.builtinCode, 127)

    return change


def set_tensor(operator: str, index: int, **values: object) -> Change:
    """Fields of one input of the first operator of a kind; "scale" and "zero_point" are its quantisation's."""

    def change(model: Any) -> None:
        tensor = model.subgraphs[0].tensors[operators(model, operator)[0].inputs[index]]
        for name, value in values.items():
            if name == "scale":
                tensor.quantization.scale = np.array(value, np.float32)
            elif name == "zero_point":
                tensor.quantization.zeroPoint = np.array([value], np.int64)
            else:
                setattr(tensor, name, value)

    return change


def set_option(operator: str, **values: object) -> Change:
    """Settings of the first operator of a kind."""

    def change(model: Any) -> None:
        options = operators(model, operator)[0].builtinOptions
        for name, value in values.items():
            assert hasattr(options, name)
            setattr(options, name, value)

    return change


def with_two_words(content: bytes) -> bytes:
    """A second output that weighs the same activations backwards."""

    def change(model: Any) -> None:
        graph = model.subgraphs[0]
        (dense,) = operators(model, "FULLY_CONNECTED")
        weights, bias = graph.tensors[dense.inputs[1]], graph.tensors[dense.inputs[2]]
        _double(model, weights, np.int8, lambda row: row[::-1])
        _double(model, bias, np.int32, lambda row: row // 2)
        weights.shape = np.array([2, weights.shape[1]], np.int32)
        bias.shape = np.array([2], np.int32)
        for name in ("FULLY_CONNECTED", "LOGISTIC", "QUANTIZE"):
            tensor = graph.tensors[operators(model, name)[0].outputs[0]]
            tensor.shape = np.array([1, 2], np.int32)
            tensor.shapeSignature = None

    return changed(content, change)


def _double(model: Any, tensor: Any, kind: type, other: Callable[[np.ndarray], np.ndarray]) -> None:
    first = np.array(model.buffers[tensor.buffer].data, np.uint8).view(kind)
    fresh = copy.copy(model.buffers[tensor.buffer])
    fresh.data = np.concatenate([first, other(first)]).astype(kind).view(np.uint8)
    tensor.buffer = len(model.buffers)
    model.buffers.append(fresh)
