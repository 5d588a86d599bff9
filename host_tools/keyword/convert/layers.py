"""One layer of the network: its weights in the order the kernel reads them, and its rows of scales."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from plainsight.keyword.model import BLOCK, CHANNELS, CONVOLUTION, DENSE, DEPTHWISE, GROUP, SCALE_BYTES

from host_tools.keyword.convert import scaling
from host_tools.keyword.convert.errors import Truncated, UnsupportedOperator, UnsupportedQuantisation
from host_tools.keyword.convert.placing import View
from host_tools.keyword.convert.scaling import LARGEST_SUM, Multiplier, Rounding, Scale
from host_tools.keyword.convert.tflite import Graph, Kind, Operator, Tensor, Type

_NONE, _RELU = 0, 1
_FUSED_ACTIVATION = {Kind.CONV_2D: 3, Kind.DEPTHWISE_CONV_2D: 4, Kind.FULLY_CONNECTED: 0}
_HALF = 128
_FEW_OUTPUTS = 4


@dataclass(frozen=True)
class Layer:
    """`weights`, `scales` and `limits` (or nothing) are bytes of the blob; the other fields as the file has them."""

    kind: int
    source: int
    stride: int
    taps: int
    outputs: int
    weights: bytes
    scales: bytes
    limits: bytes
    target: int
    down: int


@dataclass(frozen=True)
class _Part:
    """What an operator is made of; `rows` are each output's weights (signed), tap by tap as in the tensor."""

    index: int
    graph: Graph
    operator: Operator
    source: Tensor
    weights: Tensor
    result: Tensor
    rows: list[tuple[int, ...]]


def layer(index: int, graph: Graph, operator: Operator, source: View, target: View) -> Layer:
    """Convolution, depthwise or fully connected. Raises UnsupportedOperator, UnsupportedQuantisation, Truncated."""
    part = _part(index, graph, operator)
    if operator.kind == Kind.DEPTHWISE_CONV_2D:
        return _depthwise(part, source, target)
    return _full(part, source, target)


def _part(index: int, graph: Graph, operator: Operator) -> _Part:
    name = operator.kind.name
    if len(operator.inputs) < 2 or not operator.outputs or min(operator.inputs[:2]) < 0:
        raise Truncated(f"the operands of {name}")
    source, weights = graph.tensors[operator.inputs[0]], graph.tensors[operator.inputs[1]]
    result = graph.tensors[operator.outputs[0]]
    if {source.type, weights.type, result.type} != {Type.INT8}:
        raise UnsupportedOperator(name, "its tensors are not int8")
    values = weights.integers()
    if not values:
        raise Truncated("weights")
    if operator.kind == Kind.DEPTHWISE_CONV_2D:
        outputs = weights.shape[-1]
        rows = [values[output::outputs] for output in range(outputs)]
    else:
        taps = len(values) // weights.shape[0]
        rows = [values[output * taps : (output + 1) * taps] for output in range(weights.shape[0])]
    if weights.zero_point or len(weights.scales) not in (1, len(rows)):
        raise UnsupportedOperator(name, "its weights are quantised in a way the reference kernels do not have")
    return _Part(index, graph, operator, source, weights, result, rows)


def _full(part: _Part, source: View, target: View) -> Layer:
    """Every tap with every output: the taps of row after row, with nothing where a row is padded."""
    name = part.operator.kind.name
    _check_settings(part)
    connected = part.operator.kind == Kind.FULLY_CONNECTED
    shape = part.weights.shape
    rows, channels = (source.rows, source.channels) if connected else (shape[1] if len(shape) == 4 else 0, shape[-1])
    if rows != source.rows or channels != source.channels or rows * channels != len(part.rows[0]):
        raise UnsupportedOperator(name, f"weights of shape {list(shape)} over {source.rows} x {source.channels} inputs")
    if target.rows != 1 or target.channels != len(part.rows):
        raise UnsupportedOperator(name, "it makes more than one row in a step")
    span = _padded((rows - 1) * source.stride + channels, GROUP)
    spread = [_spread(row, channels, source.stride, span) for row in part.rows]
    if connected and len(spread) < _FEW_OUTPUTS:
        packed = bytes(weight + _HALF for row in spread for weight in row)
        return _layer(part, DENSE, source, target, span, packed)
    return _layer(part, CONVOLUTION, source, target, span, _blocks(spread, span, BLOCK))


def _depthwise(part: _Part, source: View, target: View) -> Layer:
    """Each channel by itself over the rows."""
    _check_settings(part)
    shape, taps = part.weights.shape, len(part.rows[0])
    fits = len(shape) == 4 and shape[:3] == (1, source.rows, 1) and shape[3] == source.channels == target.channels
    if not fits or target.rows != 1 or part.operator.option(3, "<i") != 1:
        why = f"weights of shape {list(shape)} over {source.rows} x {source.channels} inputs"
        raise UnsupportedOperator(part.operator.kind.name, why)
    return _layer(part, DEPTHWISE, source, target, taps, _blocks(part.rows, taps, CHANNELS))


def _check_settings(part: _Part) -> None:
    operator, name = part.operator, part.operator.kind.name
    if operator.option(_FUSED_ACTIVATION[operator.kind], "<b") not in (_NONE, _RELU):
        raise UnsupportedOperator(name, "only ReLU can follow it at once")
    if operator.kind == Kind.FULLY_CONNECTED:
        if operator.option(1, "<b"):
            raise UnsupportedOperator(name, "its weights are shuffled")
        return
    dilation = 4 if operator.kind == Kind.CONV_2D else 5
    if operator.option(dilation, "<i", 1) != 1 or operator.option(dilation + 1, "<i", 1) != 1:
        raise UnsupportedOperator(name, "it is dilated")


def _spread(row: tuple[int, ...], channels: int, stride: int, span: int) -> list[int]:
    out = [0] * span
    for start in range(0, len(row), channels):
        at = start // channels * stride
        out[at : at + channels] = row[start : start + channels]
    return out


def _padded(count: int, group: int) -> int:
    return -(-count // group) * group


def _blocks(rows: list[tuple[int, ...]] | list[list[int]], taps: int, block: int) -> bytes:
    """Weights as the kernels read them: block after block of outputs, in each tap after tap; zeros to fill the last."""
    packed = bytearray()
    for first in range(0, len(rows), block):
        there = rows[first : first + block]
        for tap in range(taps):
            packed += bytes(row[tap] + _HALF for row in there) + bytes([_HALF]) * (block - len(there))
    return bytes(packed)


def _layer(part: _Part, kind: int, source: View, target: View, taps: int, packed: bytes) -> Layer:
    relu = part.operator.option(_FUSED_ACTIVATION[part.operator.kind], "<b") == _RELU
    zero = part.result.zero_point + _HALF
    if not 0 <= zero <= 255:
        raise Truncated("a zero point")
    if relu and zero:
        raise UnsupportedQuantisation(part.index, "its ReLU does not end at the lowest byte")
    rounding = Rounding(zero, part.operator.kind != Kind.FULLY_CONNECTED)
    scales = list(_scales(part, rounding))
    rows = b"".join(scale.row for scale in scales)
    rows += bytes(SCALE_BYTES * (_padded(len(scales), GROUP) - len(scales)))
    limits = b""
    if any(scale.limit for scale in scales):
        limits = struct.pack(f"<{len(scales)}I", *(scale.limit or LARGEST_SUM for scale in scales))
    down = 0 if relu else rounding.down
    return Layer(kind, source.at, source.stride, taps, len(part.rows), packed, rows, limits, target.at, down)


def _scales(part: _Part, rounding: Rounding) -> Iterator[Scale]:
    biases = _biases(part)
    connected = part.operator.kind == Kind.FULLY_CONNECTED
    zero = part.source.zero_point + _HALF
    for output, row in enumerate(part.rows):
        scale = part.weights.scales[output if len(part.weights.scales) > 1 else 0]
        factor = scaling.factor(part.source.scale, scale, part.result.scale, in_single=connected)
        bias = biases[output] - zero * sum(row)
        most = bias + 255 * sum(weight for weight in row if weight > 0)
        least = bias + 255 * sum(weight for weight in row if weight < 0)
        yield scaling.scaled(part.index, Multiplier.of(factor), bias, max(abs(most), abs(least)), rounding)


def _biases(part: _Part) -> tuple[int, ...]:
    inputs = part.operator.inputs
    if len(inputs) < 3 or inputs[2] < 0:
        return (0,) * len(part.rows)
    values = part.graph.tensors[inputs[2]].integers()
    if len(values) != len(part.rows):
        raise Truncated("biases")
    return values
