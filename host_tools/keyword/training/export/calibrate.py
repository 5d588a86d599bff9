"""What values each layer puts out on real scenes: the folded net in plain numpy, layer by layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from host_tools.keyword.training.export.quantise import FEATURE_SCALE
from host_tools.keyword.training.net import ROWS_A_STEP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from host_tools.keyword.training.net import Folded

# A few values in ten thousand may saturate: a finer scale for the rest is worth more.
_TAIL_PERCENT = 0.01


def layers(net: Folded, features: NDArray[np.uint8]) -> dict[str, NDArray[np.float64]]:
    """The output (steps, channels) of each layer, by its name, for features (frames, 40) as 0 … 255."""
    steps = len(features) // ROWS_A_STEP
    real = features[: steps * ROWS_A_STEP] * float(FEATURE_SCALE)
    taps = net.first.shape[0]
    padded = np.concatenate([np.zeros((taps - ROWS_A_STEP, real.shape[1])), real])
    windows = np.stack([padded[tap : tap + ROWS_A_STEP * steps : ROWS_A_STEP] for tap in range(taps)])
    here = np.maximum(np.einsum("tsf,tfo->so", windows, net.first) + net.first_bias, 0)
    seen = {"first": here}
    for index, block in enumerate(net.blocks):
        here = sum(
            past * weights for past, weights in zip(_past(here, len(block.depthwise)), block.depthwise, strict=True)
        )
        seen[f"depthwise{index}"] = here
        here = np.maximum(here @ block.pointwise + block.bias, 0)
        seen[f"pointwise{index}"] = here
    past = _past(here, len(net.dense) // here.shape[1])
    seen["dense"] = np.concatenate(past, axis=1) @ net.dense + net.dense_bias
    return seen


def ranges(net: Folded, pieces: Sequence[NDArray[np.uint8]]) -> dict[str, tuple[float, float]]:
    """The least and the greatest value of each layer over all pieces, without the outermost tail."""
    seen = [layers(net, piece) for piece in pieces]
    found: dict[str, tuple[float, float]] = {}
    for name in seen[0]:
        values = np.concatenate([one[name].ravel() for one in seen])
        tail = 0.0 if name == "dense" else _TAIL_PERCENT
        found[name] = (float(np.percentile(values, tail)), float(np.percentile(values, 100 - tail)))
    return found


def _past(here: NDArray[np.float64], taps: int) -> list[NDArray[np.float64]]:
    """`here` delayed by taps - 1 steps, …, by none; zeros before the begin."""
    padded = np.concatenate([np.zeros((taps - 1, here.shape[1])), here])
    return [padded[tap : tap + len(here)] for tap in range(taps)]
