"""Walks a streaming model's operators and turns them into layers, moves and first values: the network's plan."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

from plainsight.keyword.model import FEATURES, FRAMES

from host_tools.keyword.convert.errors import Truncated, UnsupportedOperator, WrongFeatures
from host_tools.keyword.convert.layers import Layer, layer
from host_tools.keyword.convert.placing import Places, Ring, View, shape_of
from host_tools.keyword.convert.tflite import Graph, Kind, Operator, Type

_PROBABILITY_SCALE = 1 / 256
_HALF = 128
_SLACK = 8  # a kernel may read, and not use, what follows its last input


@dataclass(frozen=True)
class Plan:
    """All that the file holds but the words; `outputs` are where the logits lie, one for each word."""

    layers: list[Layer]
    rings: list[Ring]
    first_values: dict[str, int]
    arena: int
    input: int
    input_scale: float
    input_zero: int
    outputs: list[int]
    logistic: bytes


def plan(graphs: tuple[Graph, ...]) -> Plan:
    """Raises UnsupportedOperator, UnsupportedQuantisation, WrongFeatures, Truncated."""
    return _Planner(graphs[0], _first_values(graphs[1:])).run()


class _Planner:
    """One walk over the network's operators."""

    def __init__(self, graph: Graph, first_values: dict[str, int]) -> None:
        self._graph = graph
        self._first_values = first_values
        self._input = _input(graph)
        self._places = Places(graph)
        self._layers: list[Layer] = []
        self._handles: dict[int, str] = {}
        self._kept: set[str] = set()
        self._logits: int | None = None
        self._probability: int | None = None

    def run(self) -> Plan:
        """Every operator in turn."""
        source = self._places.of(self._input)
        if source.stride != FEATURES:
            raise WrongFeatures("features that are joined with others")
        for operator in self._graph.operators:
            self._take(operator)
        if self._logits is None or self._probability not in self._graph.outputs:
            raise UnsupportedOperator("another output", "the last layer must be LOGISTIC")
        features, logits = self._graph.tensors[self._input], self._graph.tensors[self._logits]
        view = self._places.of(self._logits)
        for ring in self._places.rings.values():
            if ring.state not in self._first_values:
                raise Truncated("the first values of a state")
        if sorted(ring.state for ring in self._places.rings.values()) != sorted(self._kept):
            raise UnsupportedOperator("READ_VARIABLE", "a state is never changed, or read twice")
        return Plan(
            layers=self._layers,
            rings=list(self._places.rings.values()),
            first_values=self._first_values,
            arena=-(-(self._places.size + _SLACK) // 4) * 4,
            input=source.at,
            input_scale=features.scale,
            input_zero=features.zero_point,
            outputs=[view.at + word for word in range(view.channels)],
            logistic=logistic(logits.scale, logits.zero_point),
        )

    def _take(self, operator: Operator) -> None:
        kind = operator.kind
        if kind in (Kind.CONV_2D, Kind.DEPTHWISE_CONV_2D, Kind.FULLY_CONNECTED):
            _expect(operator, 2, 1)
            source, target = self._places.of(operator.inputs[0]), self._places.of(operator.outputs[0])
            self._layers.append(layer(len(self._layers), self._graph, operator, source, target))
        elif kind == Kind.STRIDED_SLICE:
            self._slice(operator)
        elif kind == Kind.SPLIT_V:
            self._split(operator)
        elif kind == Kind.RESHAPE:
            self._reshape(operator)
        elif kind == Kind.VAR_HANDLE:
            _expect(operator, 0, 1)
            self._handles[operator.outputs[0]] = operator.state
        elif kind == Kind.READ_VARIABLE:
            if self._handles.get(operator.inputs[0]) in self._kept:
                raise UnsupportedOperator("READ_VARIABLE", "a state is read after it was changed")
        elif kind == Kind.ASSIGN_VARIABLE:
            self._assign(operator)
        elif kind == Kind.LOGISTIC:
            self._logistic(operator)
        elif kind == Kind.QUANTIZE:
            self._quantize(operator)
        elif kind not in (Kind.CALL_ONCE, Kind.CONCATENATION):
            raise UnsupportedOperator(kind.name)

    def _slice(self, operator: Operator) -> None:
        """Some of a tensor's rows, with all their channels."""
        _expect(operator, 4, 1)
        source = self._places.of(operator.inputs[0])
        begin, end, steps = (self._graph.tensors[place].integers() for place in operator.inputs[1:4])
        if set(steps) != {1} or not len(begin) == len(end) == len(steps) == 4:
            raise UnsupportedOperator("STRIDED_SLICE", "it takes something other than following rows")
        masks = operator.option(0, "<i"), operator.option(1, "<i")
        first = 0 if masks[0] & 2 else begin[1] % source.rows if begin[1] < 0 else begin[1]
        last = source.rows if masks[1] & 2 else end[1] % source.rows if end[1] < 0 else end[1]
        view = source.part(first, min(last, source.rows) - first)
        if (view.rows, view.channels) != shape_of(self._graph, operator.outputs[0]) or view.rows < 1:
            raise UnsupportedOperator("STRIDED_SLICE", "it takes something other than following rows")
        self._places.alias(operator.outputs[0], view)

    def _split(self, operator: Operator) -> None:
        """The channels of a tensor in groups."""
        _expect(operator, 3, 1)
        source = self._places.of(operator.inputs[0])
        sizes, axis = (self._graph.tensors[place].integers() for place in operator.inputs[1:3])
        shapes = [shape_of(self._graph, output) for output in operator.outputs]
        rank = len(self._graph.tensors[operator.inputs[0]].shape)
        wanted = [(source.rows, size) for size in sizes]
        if axis not in ((-1,), (rank - 1,)) or shapes != wanted or sum(sizes) != source.channels:
            raise UnsupportedOperator("SPLIT_V", "it splits something other than channels")
        at = source.at
        for output, size in zip(operator.outputs, sizes, strict=True):
            self._places.alias(output, View(at, source.rows, source.stride, size))
            at += size

    def _reshape(self, operator: Operator) -> None:
        """Only names the bytes differently: a fully connected layer takes them row by row."""
        _expect(operator, 1, 1)
        source, result = operator.inputs[0], operator.outputs[0]
        if math.prod(self._graph.tensors[source].shape) != math.prod(self._graph.tensors[result].shape):
            raise Truncated("a reshaped tensor")
        self._places.alias(result, self._places.of(source))

    def _assign(self, operator: Operator) -> None:
        """The state of the next step must be the end of what was read and appended: a move at the end does that."""
        _expect(operator, 2, 0)
        state = self._handles.get(operator.inputs[0])
        view = self._places.of(operator.inputs[1])
        for ring in self._places.rings.values():
            if ring.state == state and ring.view.part(ring.fresh, ring.kept) == view:
                self._kept.add(ring.state)
                return
        raise UnsupportedOperator("ASSIGN_VARIABLE", "a state becomes something other than its own last rows")

    def _logistic(self, operator: Operator) -> None:
        _expect(operator, 1, 1)
        logits, result = operator.inputs[0], self._graph.tensors[operator.outputs[0]]
        if self._logits is not None or shape_of(self._graph, logits)[0] != 1:
            raise UnsupportedOperator("LOGISTIC", "it stands elsewhere than at the end")
        if result.type != Type.INT8 or result.scale != _PROBABILITY_SCALE or result.zero_point != -_HALF:
            raise UnsupportedOperator("LOGISTIC", "its output is no probability in 256ths")
        self._logits, self._probability = logits, operator.outputs[0]

    def _quantize(self, operator: Operator) -> None:
        """From int8 to the same as unsigned bytes, at the end."""
        _expect(operator, 1, 1)
        result = self._graph.tensors[operator.outputs[0]]
        same = result.type == Type.UINT8 and result.scale == _PROBABILITY_SCALE and not result.zero_point
        if operator.inputs[0] != self._probability or not same:
            raise UnsupportedOperator("QUANTIZE", "it changes more than the sign of the output")
        self._probability = operator.outputs[0]


def _input(graph: Graph) -> int:
    if len(graph.inputs) != 1 or len(graph.outputs) != 1:
        raise WrongFeatures(f"{len(graph.inputs)} inputs")
    tensor = graph.tensors[graph.inputs[0]]
    if tensor.type != Type.INT8 or tensor.shape != (1, FRAMES, FEATURES):
        raise WrongFeatures(f"{'int8' if tensor.type == Type.INT8 else f'type {tensor.type}'} {list(tensor.shape)}")
    return graph.inputs[0]


def _first_values(graphs: tuple[Graph, ...]) -> dict[str, int]:
    """What each state is filled with, as an unsigned byte, by its name."""
    found: dict[str, int] = {}
    for graph in graphs:
        handles = {op.outputs[0]: op.state for op in graph.operators if op.kind == Kind.VAR_HANDLE and op.outputs}
        for operator in graph.operators:
            if operator.kind != Kind.ASSIGN_VARIABLE:
                continue
            _expect(operator, 2, 0)
            values = set(graph.tensors[operator.inputs[1]].integers())
            if len(values) != 1 or operator.inputs[0] not in handles:
                raise UnsupportedOperator("ASSIGN_VARIABLE", "a state starts with different values")
            found[handles[operator.inputs[0]]] = values.pop() + _HALF
    return found


def _expect(operator: Operator, inputs: int, outputs: int) -> None:
    if len(operator.inputs) < inputs or len(operator.outputs) < outputs or min(operator.inputs[:inputs], default=0) < 0:
        raise Truncated(f"the operands of {operator.kind.name}")


def logistic(scale: float, zero_point: int) -> bytes:
    """The probability in 256ths of each logit, as TFLite's lookup table has it: in single precision."""
    table = bytearray()
    for logit in range(-_HALF, _HALF):
        value = _single(_single(scale) * (logit - zero_point))
        probability = _single(1 / _single(1 + _single(math.exp(min(-value, 80.0)))))
        table.append(min(255, math.floor(probability * 256 + 0.5)))
    return bytes(table)


def _single(value: float) -> float:
    return struct.unpack("<f", struct.pack("<f", value))[0]
