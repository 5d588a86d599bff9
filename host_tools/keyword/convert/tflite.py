"""The part of a .tflite file that a streaming model uses; numbers as in TensorFlow Lite's schema.fbs, version 3."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from enum import IntEnum

from plainsight.keyword.model import MAGIC

from host_tools.keyword.convert.errors import AlreadyConverted, NotTflite, Truncated, UnsupportedOperator
from host_tools.keyword.convert.flatbuffer import Table

_IDENTIFIER = b"TFL3"
_MOST_SUBGRAPHS, _MOST_TENSORS, _MOST_OPERATORS, _MOST_AXES = 8, 4096, 2048, 8


class Kind(IntEnum):
    """Operators by their number in schema.fbs: those that are converted, and some that others use."""

    ADD = 0
    AVERAGE_POOL_2D = 1
    CONCATENATION = 2
    CONV_2D = 3
    DEPTHWISE_CONV_2D = 4
    DEQUANTIZE = 6
    FULLY_CONNECTED = 9
    LOGISTIC = 14
    MAX_POOL_2D = 17
    MUL = 18
    RELU = 19
    RESHAPE = 22
    SOFTMAX = 25
    PAD = 34
    TRANSPOSE = 39
    MEAN = 40
    SUB = 41
    SQUEEZE = 43
    UNIDIRECTIONAL_SEQUENCE_LSTM = 44
    STRIDED_SLICE = 45
    SPLIT = 49
    EXPAND_DIMS = 70
    SPLIT_V = 102
    QUANTIZE = 114
    HARD_SWISH = 117
    BATCH_MATMUL = 126
    CALL_ONCE = 129
    VAR_HANDLE = 142
    READ_VARIABLE = 143
    ASSIGN_VARIABLE = 144


class Type(IntEnum):
    """Tensor types that occur."""

    INT32 = 2
    UINT8 = 3
    INT8 = 9
    RESOURCE = 13


@dataclass(frozen=True)
class Tensor:
    """`data` is empty where the network computes it; `scales` one for all or one a channel."""

    shape: tuple[int, ...]
    type: int
    scales: tuple[float, ...]
    zero_point: int
    data: bytes

    @property
    def scale(self) -> float:
        """The one scale of an activation; raises Truncated where it has none."""
        if not self.scales:
            raise Truncated("a tensor's scale")
        return self.scales[0]

    def integers(self) -> tuple[int, ...]:
        """The constant numbers in it, by its type; raises Truncated where they are not there."""
        form = {Type.INT32: "i", Type.INT8: "b", Type.UINT8: "B"}.get(Type(self.type)) if self.type in _TYPES else None
        count = math.prod(self.shape)
        if form is None or len(self.data) != count * struct.calcsize(form):
            raise Truncated("a constant")
        return struct.unpack(f"<{count}{form}", self.data)


@dataclass(frozen=True)
class Operator:
    """`options` is its own table of settings, by the numbers of schema.fbs."""

    kind: Kind
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: Table | None

    def option(self, field: int, form: str, default: int = 0) -> int:
        """One number of the settings."""
        return self.options.integer(field, form, default) if self.options else default

    @property
    def state(self) -> str:
        """The name of the state that a VAR_HANDLE stands for."""
        return self.options.text(1) if self.options else ""


@dataclass(frozen=True)
class Graph:
    """Operators in the order in which they run; tensors are named by their place."""

    tensors: tuple[Tensor, ...]
    operators: tuple[Operator, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


_TYPES = frozenset(Type)
_KINDS = frozenset(Kind)
# (inputs, outputs) that an operator has at least; one of each where nothing else stands here.
_FEWEST = {
    Kind.CALL_ONCE: (0, 0),
    Kind.VAR_HANDLE: (0, 1),
    Kind.ASSIGN_VARIABLE: (2, 0),
    Kind.CONCATENATION: (2, 1),
    Kind.CONV_2D: (3, 1),
    Kind.DEPTHWISE_CONV_2D: (3, 1),
    Kind.FULLY_CONNECTED: (3, 1),
    Kind.STRIDED_SLICE: (4, 1),
    Kind.SPLIT_V: (3, 1),
}


def read(content: bytes) -> tuple[Graph, ...]:
    """The graphs of a file: the network first. Raises AlreadyConverted, NotTflite, Truncated, UnsupportedOperator."""
    if content[:4] == MAGIC:
        raise AlreadyConverted
    if content[4:8] != _IDENTIFIER:
        raise NotTflite
    model = Table.root(content)
    kinds = [max(code.integer(0, "<b"), code.integer(3, "<i")) for code in model.tables(1)]
    buffers = [buffer.data(0) for buffer in _at_most(model.tables(4), _MOST_TENSORS)]
    graphs = _at_most(model.tables(2), _MOST_SUBGRAPHS)
    if not graphs:
        raise Truncated("the network")
    return tuple(_graph(table, kinds, buffers) for table in graphs)


def _graph(table: Table, kinds: list[int], buffers: list[bytes]) -> Graph:
    tensors = tuple(_tensor(tensor, buffers) for tensor in _at_most(table.tables(0), _MOST_TENSORS))
    operators = tuple(
        _operator(operator, kinds, len(tensors)) for operator in _at_most(table.tables(3), _MOST_OPERATORS)
    )
    inputs, outputs = table.integers(1, "<i"), table.integers(2, "<i")
    _check(inputs + outputs, len(tensors), least=0)
    return Graph(tensors, operators, inputs, outputs)


def _tensor(table: Table, buffers: list[bytes]) -> Tensor:
    quantization = table.table(4)
    scales = quantization.reals(2) if quantization else ()
    zero_points = quantization.integers(3, "<q") if quantization else ()
    buffer = table.integer(2, "<I")
    shape = table.integers(0, "<i")
    if buffer >= len(buffers) or len(shape) > _MOST_AXES or not all(0 <= size <= 65536 for size in shape):
        raise Truncated("a tensor")
    if not all(math.isfinite(scale) and scale > 0 for scale in scales) or any(abs(zero) > 255 for zero in zero_points):
        raise Truncated("a tensor's quantisation")
    zero_point = zero_points[0] if zero_points else 0
    return Tensor(shape, table.integer(1, "<b"), scales, zero_point, buffers[buffer])


def _operator(table: Table, kinds: list[int], tensors: int) -> Operator:
    index = table.integer(0, "<I")
    if index >= len(kinds):
        raise Truncated("an operator")
    kind = kinds[index]
    if kind not in _KINDS:
        raise UnsupportedOperator(f"operator {kind}")
    inputs, outputs = table.integers(1, "<i"), table.integers(2, "<i")
    _check(inputs, tensors, least=-1)
    _check(outputs, tensors, least=0)
    least_inputs, least_outputs = _FEWEST.get(Kind(kind), (1, 1))
    if len(inputs) < least_inputs or len(outputs) < least_outputs:
        raise Truncated("an operator")
    return Operator(Kind(kind), inputs, outputs, table.table(4))


def _at_most(tables: list[Table], most: int) -> list[Table]:
    if len(tables) > most:
        raise Truncated("a list")
    return tables


def _check(places: tuple[int, ...], count: int, least: int) -> None:
    if not all(least <= place < count for place in places):
        raise Truncated("an operator's operands")
