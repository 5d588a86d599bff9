"""Kokoro's network with three more handles, by changing a few fields of its ONNX file:

* `speed` may be one number for each phoneme, so that a saying can dwell and hurry, and the long silences around it
  (half of what it costs) can be cut down before they are computed;
* `pitch` is a factor on its melody;
* `durations` tells how many frames each phoneme took, so where the words are.
"""

from __future__ import annotations

from host_tools.keyword.voices.kokoro.protobuf import Field, fields, message, part, text, whole_number

# Of ModelProto, GraphProto, NodeProto and ValueInfoProto in onnx.proto.
_GRAPH = 7
_NODE, _INPUT, _OUTPUT = 1, 11, 12
_NODE_INPUT, _NODE_OUTPUT, _NODE_TYPE = 1, 2, 4
_NAME, _TYPE, _TENSOR, _ELEMENT, _SHAPE, _DIMENSION, _DIMENSION_NAME, _DIMENSION_VALUE = 1, 2, 1, 1, 2, 1, 2, 1
_FLOAT = 1

DURATIONS = "/encoder/Clip_output_0"
_MELODY = "/encoder/Squeeze_output_0"
_MELODY_AS_LEARNT = "melody_as_learnt"
_TOKENS_AXIS = "sequence_length"


class OtherNetwork(Exception):
    """It is not the network that this file knows how to change; the text says what is not there."""


def steerable(model: bytes) -> bytes:
    """The ONNX file with the handles. Raises OtherNetwork, NotProtobuf."""
    return message(
        (number, _changed(content) if number == _GRAPH else content, long)
        for number, content, long in fields(memoryview(model))
    )


def _changed(graph: memoryview | bytes) -> bytes:
    """The graph of it."""
    kept: list[Field] = []
    speeds = melodies = 0
    for number, content, long in fields(memoryview(graph)):
        view = memoryview(content)
        if number == _INPUT and _name(view) == b"speed":
            kept.append((_INPUT, _value("speed", part(_DIMENSION, text(_DIMENSION_NAME, _TOKENS_AXIS))), True))
            speeds += 1
        elif number == _NODE and _gives(view, _MELODY):
            kept.append((_NODE, _giving(view, _MELODY, _MELODY_AS_LEARNT), True))
            melodies += 1
        else:
            kept.append((number, content, long))
    if (speeds, melodies) != (1, 1):
        raise OtherNetwork("no speed or no melody in it")
    one = part(_DIMENSION, whole_number(_DIMENSION_VALUE, 1))
    tokens = part(_DIMENSION, text(_DIMENSION_NAME, _TOKENS_AXIS))
    raised = [text(_NODE_INPUT, _MELODY_AS_LEARNT), text(_NODE_INPUT, "pitch"), text(_NODE_OUTPUT, _MELODY)]
    return message(
        [
            *kept,
            part(_NODE, *raised, text(_NODE_TYPE, "Mul")),
            (_INPUT, _value("pitch", one), True),
            (_OUTPUT, _value(DURATIONS, one, tokens), True),
        ]
    )


def _name(value: memoryview) -> bytes:
    return next((bytes(content) for number, content, _ in fields(value) if number == _NAME), b"")


def _gives(node: memoryview, tensor: str) -> bool:
    return any(number == _NODE_OUTPUT and bytes(content) == tensor.encode() for number, content, _ in fields(node))


def _giving(node: memoryview, tensor: str, renamed: str) -> bytes:
    """The node with one output under another name."""
    return message(
        text(_NODE_OUTPUT, renamed) if number == _NODE_OUTPUT and bytes(content) == tensor.encode() else field
        for field in fields(node)
        for number, content, _ in [field]
    )


def _value(name: str, *dimensions: Field) -> bytes:
    """A tensor of floats as an input or output of the graph."""
    tensor = part(_TENSOR, whole_number(_ELEMENT, _FLOAT), part(_SHAPE, *dimensions))
    return message([text(_NAME, name), part(_TYPE, tensor)])
