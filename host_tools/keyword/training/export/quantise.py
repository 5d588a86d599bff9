"""From a trained float net to int8: batch norms folded into the weights, ranges seen on real features, rounded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from host_tools.keyword.training.export.flatbuffer import Quantisation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from host_tools.keyword.training.net import Folded

# The features' own quantisation in microWakeWord v2: 0 … 26 on 256 steps.
FEATURE_SCALE = np.float32(0.10196078568696976)
FEATURES = Quantisation((float(FEATURE_SCALE),), -128)
_INT8_LIMIT = 127
_STEPS = 255
# A range never falls to nothing, not even for a channel that is always zero.
_SMALLEST_SCALE = 1e-6


@dataclass(frozen=True)
class Weights:
    """One layer's int8 weights (output channel first) and int32 biases, with their scales."""

    values: NDArray[np.int8]
    scale: Quantisation
    bias: NDArray[np.int32]
    bias_scale: Quantisation


@dataclass(frozen=True)
class Layer:
    """A layer as it stands in the file: weights, and the quantisation of what it puts out."""

    weights: Weights
    out: Quantisation


@dataclass(frozen=True)
class Quantised:
    """The whole net in integers: the first convolution, then (depthwise, pointwise) blocks, then the dense end."""

    first: Layer
    blocks: tuple[tuple[Layer, Layer], ...]
    dense: Layer


def quantise(net: Folded, ranges: Mapping[str, tuple[float, float]]) -> Quantised:
    """Integers for `net`; `ranges` are the least and greatest real value of each layer's output, by layer name."""
    after = FEATURES
    first = _layer(net.first.transpose(2, 0, 1)[:, :, None, :], net.first_bias, after, ranges["first"], 0)
    after = first.out
    blocks: list[tuple[Layer, Layer]] = []
    for index, block in enumerate(net.blocks):
        depthwise = _layer(
            block.depthwise[None, :, None, :],
            np.zeros(int(block.depthwise.shape[1]), np.float64),
            after,
            ranges[f"depthwise{index}"],
            3,
        )
        pointwise = _layer(
            block.pointwise.T[:, None, None, :], block.bias, depthwise.out, ranges[f"pointwise{index}"], 0
        )
        blocks.append((depthwise, pointwise))
        after = pointwise.out
    dense = _layer(net.dense.T, net.dense_bias, after, ranges["dense"], None)
    return Quantised(first, tuple(blocks), dense)


def activations(low: float, high: float) -> Quantisation:
    """Quantisation of a tensor whose real values lie in low … high (zero is always one of its steps)."""
    low, high = min(low, 0.0), max(high, 0.0)
    scale = max((high - low) / _STEPS, _SMALLEST_SCALE)
    return Quantisation((float(np.float32(scale)),), int(np.clip(round(-128 - low / scale), -128, _INT8_LIMIT)))


def _layer(
    weights: NDArray[np.float64],
    bias: NDArray[np.float64],
    before: Quantisation,
    span: tuple[float, float],
    axis: int | None,
) -> Layer:
    """Round one layer; scales along `axis` (its output channels), or one for all where it is None."""
    if axis is None:
        largest = np.abs(weights).max(keepdims=True).reshape(1)
        spread = largest.reshape((1,) * weights.ndim)
    else:
        others = tuple(index for index in range(weights.ndim) if index != axis)
        spread = np.abs(weights).max(axis=others, keepdims=True)
        largest = spread.reshape(-1)
    steps: list[float] = (largest / _INT8_LIMIT).tolist()
    scale = np.array([max(step, _SMALLEST_SCALE) for step in steps], np.float32)
    unit: NDArray[np.float64] = np.maximum(np.divide(spread, _INT8_LIMIT), _SMALLEST_SCALE)
    values = np.clip(np.rint(weights / unit), -_INT8_LIMIT, _INT8_LIMIT).astype(np.int8)
    bias_scale = scale.astype(np.float64) * before.scale[0]
    quotients: list[float] = np.divide(bias, bias_scale).tolist()
    rounded = np.array([round(one) for one in quotients], np.int32)
    return Layer(
        Weights(
            values,
            Quantisation(tuple(float(one) for one in scale), 0, axis or 0),
            rounded,
            Quantisation(tuple(float(one) for one in bias_scale), 0, 0),
        ),
        activations(*span),
    )
