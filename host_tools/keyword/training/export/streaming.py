"""A quantised net as a streaming model like microWakeWord's version 2: three feature rows in, one byte a word out.

What the net remembers between steps stands in resource variables, as in the published models: each convolution over
time reads the rows it kept, appends the new one, and stores the last of them again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from host_tools.keyword.training.export.flatbuffer import (
    INT8,
    RESOURCE,
    UINT8,
    Graph,
    ModelFile,
    Quantisation,
    schema,
)
from host_tools.keyword.training.export.quantise import FEATURES

if TYPE_CHECKING:
    from host_tools.keyword.training.export.quantise import Layer, Quantised

_ROWS_A_STEP = 3
_CHANNELS = 40
_PROBABILITY_SCALE = 1 / 256
_VALID, _SAME = schema.Padding.VALID, schema.Padding.SAME
_RELU, _PLAIN = schema.ActivationFunctionType.RELU, schema.ActivationFunctionType.NONE
# Strided slice: every axis but time is taken whole.
_WHOLE_BUT_TIME, _TO_THE_END = 0b1101, 0b1111


def streaming_model(net: Quantised, description: str) -> bytes:
    """The .tflite file of `net`; its one output has a byte for each word, in order."""
    return _Writer(net, description).write()


class _Writer:
    """Puts the layers of one net into a file, in the order they run."""

    def __init__(self, net: Quantised, description: str) -> None:
        self._net = net
        self._file = ModelFile(description)
        self._main = self._file.graph("main")
        self._initial = self._file.graph("initial_states")
        self._states = 0
        self._ones = self._main.constant("ones", np.ones(4, np.int32))

    def write(self) -> bytes:
        """The whole file."""
        main, net = self._main, self._net
        features = main.tensor("features", (1, _ROWS_A_STEP, _CHANNELS), INT8, FEATURES)
        main.table.inputs = [features]
        call = schema.CallOnceOptionsT()
        call.initSubgraphIndex = 1
        main.operator("CALL_ONCE", [], [], call)
        rows = main.tensor("rows", (1, _ROWS_A_STEP, 1, _CHANNELS), INT8, FEATURES)
        self._reshape(features, rows, (1, _ROWS_A_STEP, 1, _CHANNELS))
        taps = net.first.weights.values.shape[1]
        here = self._remember(rows, FEATURES, taps - _ROWS_A_STEP, _ROWS_A_STEP, _CHANNELS)
        here = self._convolution("first", here, net.first, stride=_ROWS_A_STEP)
        before = net.first
        for index, (depthwise, pointwise) in enumerate(net.blocks):
            channels = depthwise.weights.values.shape[3]
            here = self._remember(here, before.out, depthwise.weights.values.shape[1] - 1, 1, channels)
            here = self._depthwise(f"depthwise{index}", here, depthwise)
            here = self._convolution(f"pointwise{index}", here, pointwise, stride=1)
            before = pointwise
        output = self._dense(here, before)
        main.table.outputs = [output]
        self._file.signature("features", features, "words", output)
        return self._file.content()

    def _reshape(self, source: int, target: int, shape: tuple[int, ...]) -> None:
        wanted = self._main.constant("shape", np.array(shape, np.int32))
        options = schema.ReshapeOptionsT()
        options.newShape = list(shape)
        self._main.operator("RESHAPE", [source, wanted], [target], options)

    def _remember(self, new: int, kind: Quantisation, kept: int, added: int, channels: int) -> int:
        """The rows kept from before with the new ones after them; the last `kept` are stored for the next step."""
        main, name = self._main, f"state{self._states}"
        self._states += 1
        handle = self._handle(main, name)
        read = main.tensor(f"{name}/read", (1, kept, 1, channels), INT8, kind)
        main.operator("READ_VARIABLE", [handle], [read], schema.ReadVariableOptionsT())
        joined = main.tensor(f"{name}/joined", (1, kept + added, 1, channels), INT8, kind)
        options = schema.ConcatenationOptionsT()
        options.axis = 1
        main.operator("CONCATENATION", [read, new], [joined], options)
        begin = main.constant(f"{name}/begin", np.array([0, -kept, 0, 0], np.int32))
        end = main.constant(f"{name}/end", np.array([0, 0, 0, channels], np.int32))
        last = main.tensor(f"{name}/last", (1, kept, 1, channels), INT8, kind)
        sliced = schema.StridedSliceOptionsT()
        sliced.beginMask, sliced.endMask = _WHOLE_BUT_TIME, _TO_THE_END
        main.operator("STRIDED_SLICE", [joined, begin, end, self._ones], [last], sliced)
        main.operator("ASSIGN_VARIABLE", [handle, last], [], schema.AssignVariableOptionsT())
        zero = np.full((1, kept, 1, channels), kind.zero_point, np.int8)
        start = self._initial.constant(f"{name}/start", zero, kind)
        self._initial.operator(
            "ASSIGN_VARIABLE", [self._handle(self._initial, name), start], [], schema.AssignVariableOptionsT()
        )
        return joined

    def _handle(self, graph: Graph, name: str) -> int:
        handle = graph.tensor(f"{name}/handle", (), RESOURCE)
        options = schema.VarHandleOptionsT()
        options.sharedName = name.encode()
        graph.operator("VAR_HANDLE", [], [handle], options)
        return handle

    def _constants(self, name: str, layer: Layer) -> list[int]:
        weights = layer.weights
        return [
            self._main.constant(f"{name}/weights", weights.values, weights.scale),
            self._main.constant(f"{name}/bias", weights.bias, weights.bias_scale),
        ]

    def _convolution(self, name: str, source: int, layer: Layer, stride: int) -> int:
        values = layer.weights.values
        out = self._main.tensor(name, (1, 1, 1, values.shape[0]), INT8, layer.out)
        options = schema.Conv2DOptionsT()
        options.padding, options.strideH, options.strideW = _VALID, stride, 1
        options.dilationHFactor = options.dilationWFactor = 1
        options.fusedActivationFunction = _RELU
        self._main.operator("CONV_2D", [source, *self._constants(name, layer)], [out], options)
        return out

    def _depthwise(self, name: str, source: int, layer: Layer) -> int:
        values = layer.weights.values
        out = self._main.tensor(name, (1, 1, 1, values.shape[3]), INT8, layer.out)
        options = schema.DepthwiseConv2DOptionsT()
        options.padding, options.strideH, options.strideW, options.depthMultiplier = _VALID, 1, 1, 1
        options.dilationHFactor = options.dilationWFactor = 1
        options.fusedActivationFunction = _PLAIN
        self._main.operator("DEPTHWISE_CONV_2D", [source, *self._constants(name, layer)], [out], options)
        return out

    def _dense(self, source: int, before: Layer) -> int:
        main, layer = self._main, self._net.dense
        words, inputs = layer.weights.values.shape
        channels = before.weights.values.shape[0]
        joined = self._remember(source, before.out, inputs // channels - 1, 1, channels)
        flat = main.tensor("flat", (1, inputs), INT8, before.out)
        self._reshape(joined, flat, (1, inputs))
        raw = main.tensor("logits", (1, words), INT8, layer.out)
        options = schema.FullyConnectedOptionsT()
        options.fusedActivationFunction = _PLAIN
        main.operator("FULLY_CONNECTED", [flat, *self._constants("dense", layer)], [raw], options)
        signed = main.tensor("probabilities", (1, words), INT8, Quantisation((_PROBABILITY_SCALE,), -128))
        main.operator("LOGISTIC", [raw], [signed])
        output = main.tensor("words", (1, words), UINT8, Quantisation((_PROBABILITY_SCALE,), 0))
        main.operator("QUANTIZE", [signed], [output], schema.QuantizeOptionsT())
        return output
