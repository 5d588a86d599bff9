"""Writes TensorFlow Lite flatbuffers: tensors, constants and operators; the only file that knows the schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# The schema's own annotations know neither bytes for text nor lists that are there.
schema: Any = schema_py_generated
INT8, UINT8, INT32, RESOURCE = (
    schema.TensorType.INT8,
    schema.TensorType.UINT8,
    schema.TensorType.INT32,
    schema.TensorType.RESOURCE,
)
_SCHEMA_VERSION = 3
# An operator code below this number also stands in the old byte-wide field, for old readers.
_OLD_CODE_LIMIT = 127
# The lowest version of each operator that knows int8 and our options; the published streaming models say the same.
_OPERATOR_VERSIONS = {
    "CONCATENATION": 2,
    "STRIDED_SLICE": 2,
    "CONV_2D": 3,
    "DEPTHWISE_CONV_2D": 3,
    "FULLY_CONNECTED": 4,
    "LOGISTIC": 2,
}
_IDENTIFIER = b"TFL3"


@dataclass(frozen=True)
class Quantisation:
    """real = scale * (value - zero_point); one scale, or one for each slice along `axis`."""

    scale: tuple[float, ...]
    zero_point: int = 0
    axis: int = 0


class Graph:
    """One subgraph being written: add tensors, then operators in the order they run."""

    def __init__(self, file: ModelFile, name: str) -> None:
        self._file = file
        self.table = schema.SubGraphT()
        self.table.name = name.encode()
        self.table.tensors, self.table.operators = [], []
        self.table.inputs, self.table.outputs = [], []

    def tensor(
        self, name: str, shape: Sequence[int], kind: int = INT8, quantisation: Quantisation | None = None
    ) -> int:
        """A tensor computed at run time; returns its index."""
        return self._add(name, shape, kind, quantisation, self._file.buffer(None))

    def constant(self, name: str, values: NDArray[np.generic], quantisation: Quantisation | None = None) -> int:
        """A tensor whose values stand in the file; int8 or int32 by the array's type; returns its index."""
        kind = INT8 if values.dtype == np.int8 else INT32
        return self._add(name, values.shape, kind, quantisation, self._file.buffer(values.tobytes()))

    def operator(self, name: str, inputs: Sequence[int], outputs: Sequence[int], options: object | None = None) -> None:
        """One operator by its schema name; `options` is the schema's object for it (its class names the kind)."""
        table = schema.OperatorT()
        table.opcodeIndex = self._file.operator_code(name)
        table.inputs, table.outputs = list(inputs), list(outputs)
        if options is not None:
            table.builtinOptions = options
            table.builtinOptionsType = getattr(schema.BuiltinOptions, type(options).__name__.removesuffix("T"))
        self.table.operators.append(table)

    def _add(self, name: str, shape: Sequence[int], kind: int, quantisation: Quantisation | None, buffer: int) -> int:
        table = schema.TensorT()
        table.name, table.shape, table.type, table.buffer = name.encode(), list(shape), kind, buffer
        if quantisation is not None:
            table.quantization = schema.QuantizationParametersT()
            table.quantization.scale = list(quantisation.scale)
            table.quantization.zeroPoint = [quantisation.zero_point] * len(quantisation.scale)
            table.quantization.quantizedDimension = quantisation.axis
        self.table.tensors.append(table)
        return len(self.table.tensors) - 1


class ModelFile:
    """A TensorFlow Lite file being written."""

    def __init__(self, description: str) -> None:
        self._model = schema.ModelT()
        self._model.version = _SCHEMA_VERSION
        self._model.description = description.encode()
        self._model.subgraphs, self._model.operatorCodes = [], []
        self._model.buffers = [schema.BufferT()]  # the first is empty, by the format's rule

    def graph(self, name: str) -> Graph:
        """A further subgraph; the first is the one that runs."""
        graph = Graph(self, name)
        self._model.subgraphs.append(graph.table)
        return graph

    def buffer(self, content: bytes | None) -> int:
        """Index of a new buffer."""
        table = schema.BufferT()
        if content is not None:
            table.data = np.frombuffer(content, np.uint8)
        self._model.buffers.append(table)
        return len(self._model.buffers) - 1

    def operator_code(self, name: str) -> int:
        """Index of the operator `name` in the file's list, put there at its first use."""
        builtin = getattr(schema.BuiltinOperator, name)
        for index, code in enumerate(self._model.operatorCodes):
            if code.builtinCode == builtin:
                return index
        code = schema.OperatorCodeT()
        code.builtinCode = builtin
        code.deprecatedBuiltinCode = min(builtin, _OLD_CODE_LIMIT)
        code.version = _OPERATOR_VERSIONS.get(name, 1)
        self._model.operatorCodes.append(code)
        return len(self._model.operatorCodes) - 1

    def signature(self, input_name: str, input_tensor: int, output_name: str, output_tensor: int) -> None:
        """Name what goes in and comes out of the first graph."""
        table = schema.SignatureDefT()
        table.signatureKey, table.subgraphIndex = b"serving_default", 0
        table.inputs = [_map(input_name, input_tensor)]
        table.outputs = [_map(output_name, output_tensor)]
        self._model.signatureDefs = [table]

    def content(self) -> bytes:
        """The file's bytes."""
        builder: Any = flatbuffers.Builder(1 << 17)
        builder.Finish(self._model.Pack(builder), _IDENTIFIER)
        return bytes(builder.Output())


def _map(name: str, tensor: int) -> Any:
    table = schema.TensorMapT()
    table.name, table.tensorIndex = name.encode(), tensor
    return table
