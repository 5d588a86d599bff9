"""Where each tensor lies in the network's working memory, so that joining and remembering cost no copy.

A state and the rows that are appended to it are one block, and what computes those rows writes them there; the same
for tensors that are joined channel by channel.
"""

from __future__ import annotations

from dataclasses import dataclass

from plainsight.keyword.model import CHANNELS

from host_tools.keyword.convert.errors import Truncated, UnsupportedOperator
from host_tools.keyword.convert.tflite import Graph, Kind, Operator

_MOST_BYTES = 65536 - CHANNELS


@dataclass(frozen=True)
class View:
    """`rows` of `channels` bytes each, `stride` apart, from byte `at`."""

    at: int
    rows: int
    stride: int
    channels: int

    def part(self, first: int, rows: int) -> View:
        """Some of the rows."""
        return View(self.at + first * self.stride, rows, self.stride, self.channels)


@dataclass(frozen=True)
class Ring:
    """A state and the rows after it; at the end of a step the last `kept` rows come to its start."""

    state: str
    kept: int
    fresh: int
    view: View


class Places:
    """The working memory of one graph: `views` by tensor, `rings` by the tensor that joins state and rows."""

    def __init__(self, graph: Graph) -> None:
        """Raises UnsupportedOperator, Truncated."""
        self.size = 0
        self.views: dict[int, View] = {}
        self.rings: dict[int, Ring] = {}
        self._graph = graph
        self._same = _reshaped(graph)
        self._states = _states(graph)
        for operator in reversed(graph.operators):
            if operator.kind == Kind.CONCATENATION:
                self._join(operator)

    def of(self, tensor: int) -> View:
        """Where a tensor lies: where its reader wants it, else a place of its own."""
        root = self._same.get(tensor, tensor)
        if root not in self.views:
            rows, channels = shape_of(self._graph, root)
            self.views[root] = self._new(rows, channels)
        return self.views[root]

    def alias(self, tensor: int, view: View) -> None:
        """A tensor that is part of another."""
        self.views[tensor] = view

    def _new(self, rows: int, channels: int) -> View:
        stride = -(-channels // CHANNELS) * CHANNELS
        at = self.size
        self.size += rows * stride
        if self.size > _MOST_BYTES:
            raise UnsupportedOperator("CONCATENATION", "the model needs more than 64 kB of working memory")
        return View(at, rows, stride, channels)

    def _join(self, operator: Operator) -> None:
        tensors = self._graph.tensors
        result = operator.outputs[0]
        for part in operator.inputs:
            if (tensors[part].scales, tensors[part].zero_point) != (tensors[result].scales, tensors[result].zero_point):
                raise UnsupportedOperator("CONCATENATION", "its inputs are quantised differently")
        if operator.inputs[0] in self._states:
            self._append(operator)
        else:
            self._join_channels(operator)

    def _append(self, operator: Operator) -> None:
        if len(operator.inputs) != 2:
            raise UnsupportedOperator("CONCATENATION", "a state is joined with more than one tensor")
        state, fresh = operator.inputs
        kept, channels = shape_of(self._graph, state)
        added, same_channels = shape_of(self._graph, fresh)
        if same_channels != channels or shape_of(self._graph, operator.outputs[0]) != (kept + added, channels):
            raise UnsupportedOperator("CONCATENATION", "a state and its rows do not fit together")
        view = self._new(kept + added, channels)
        self.views[operator.outputs[0]] = view
        self.rings[operator.outputs[0]] = Ring(self._states[state], kept, added, view)
        self._want(fresh, view.part(kept, added))

    def _join_channels(self, operator: Operator) -> None:
        view = self.of(operator.outputs[0])
        at = view.at
        for part in operator.inputs:
            rows, channels = shape_of(self._graph, part)
            if rows != 1 or at + channels > view.at + view.channels:
                raise UnsupportedOperator("CONCATENATION", "more than one row is joined channel by channel")
            if channels % CHANNELS and part != operator.inputs[-1]:
                raise UnsupportedOperator("CONCATENATION", f"groups of channels must be multiples of {CHANNELS}")
            self._want(part, View(at, 1, channels, channels))
            at += channels

    def _want(self, tensor: int, view: View) -> None:
        root = self._same.get(tensor, tensor)
        if root in self.views:
            raise UnsupportedOperator("CONCATENATION", "a tensor is joined twice")
        self.views[root] = view


def shape_of(graph: Graph, tensor: int) -> tuple[int, int]:
    """Rows and channels of a tensor [1, rows, (1,) channels] or [1, channels]. Raises Truncated."""
    shape = graph.tensors[tensor].shape
    if len(shape) not in (2, 3, 4) or shape[0] != 1 or (len(shape) == 4 and shape[2] != 1) or 0 in shape:
        raise Truncated(f"a tensor of shape {list(shape)}")
    return (1 if len(shape) == 2 else shape[1]), shape[-1]


def _reshaped(graph: Graph) -> dict[int, int]:
    """Tensors that only name the rows of another differently, in front of what joins them."""
    same: dict[int, int] = {}
    for operator in graph.operators:
        if operator.kind == Kind.RESHAPE and shape_of(graph, operator.inputs[0]) == shape_of(
            graph, operator.outputs[0]
        ):
            same[operator.outputs[0]] = same.get(operator.inputs[0], operator.inputs[0])
    return same


def _states(graph: Graph) -> dict[int, str]:
    """What is read of each state: the tensor, and the state's name."""
    names = {operator.outputs[0]: operator.state for operator in graph.operators if operator.kind == Kind.VAR_HANDLE}
    found: dict[int, str] = {}
    for operator in graph.operators:
        if operator.kind == Kind.READ_VARIABLE:
            if operator.inputs[0] not in names:
                raise Truncated("a state")
            found[operator.outputs[0]] = names[operator.inputs[0]]
    return found
