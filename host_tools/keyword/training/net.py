"""The network: a strided convolution over 50 ms, then depthwise and pointwise convolutions over time, then a dense end.

It is causal and padded with zeros at its begin, as the streaming model's empty states are: what is trained on whole
scenes is, step for step, what runs on the glasses. Arrays are (channels, scenes, steps): over time a depthwise
convolution is then one matrix product a channel, several times quicker here than a grouped convolution.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from host_tools.keyword.training.accelerated import jax, jnp

if TYPE_CHECKING:
    from numpy.typing import NDArray

Array: TypeAlias = Any  # jax.Array or numpy's: jax takes both and its own annotations tell them apart nowhere
Arrays: TypeAlias = dict[str, Array]

FEATURES = 40
ROWS_A_STEP = 3
_FIRST_TAPS = 5
# Quantised features (0 … 255) are divided by this before the first layer.
INPUT_DIVISOR = 64.0
_EPSILON = 1e-3


@dataclass(frozen=True)
class Architecture:
    """Channels and taps; the default takes 32 k multiplications a step, okay_nabu 36 k."""

    first: int = 32
    channels: tuple[int, ...] = (80, 80, 80, 80)
    taps: tuple[int, ...] = (5, 9, 13, 21)
    dense_taps: int = 5
    words: int = 1

    @property
    def multiplications(self) -> int:
        """A step."""
        total, before = _FIRST_TAPS * FEATURES * self.first, self.first
        for taps, channels in zip(self.taps, self.channels, strict=True):
            total += taps * before + before * channels
            before = channels
        return total + self.dense_taps * before * self.words

    @property
    def steps_heard(self) -> int:
        """How many steps back its output still looks."""
        return 1 + sum(taps - 1 for taps in self.taps) + self.dense_taps - 1


@dataclass(frozen=True)
class Block:
    """Depthwise weights (taps, channels), pointwise weights (in, out) and biases (out), after folding."""

    depthwise: NDArray[np.float64]
    pointwise: NDArray[np.float64]
    bias: NDArray[np.float64]


@dataclass(frozen=True)
class Folded:
    """The same net without batch norms: first (taps, features, out), blocks, dense (inputs, words)."""

    first: NDArray[np.float64]
    first_bias: NDArray[np.float64]
    blocks: tuple[Block, ...]
    dense: NDArray[np.float64]
    dense_bias: NDArray[np.float64]


def initial(shape: Architecture, seed: int) -> tuple[Arrays, Arrays]:
    """(weights, running means and variances), drawn from `seed`."""
    draw = np.random.default_rng(seed)

    def he(*sizes: int, fan: int) -> NDArray[np.float32]:
        return (draw.normal(0, 1, sizes) * np.sqrt(2 / fan)).astype(np.float32)

    width = _FIRST_TAPS * FEATURES
    weights: Arrays = {"first": he(width, shape.first, fan=width)}
    before = shape.first
    for index, (taps, channels) in enumerate(zip(shape.taps, shape.channels, strict=True)):
        weights[f"depthwise{index}"] = he(taps, before, fan=taps)
        weights[f"pointwise{index}"] = he(before, channels, fan=before)
        before = channels
    weights["dense"] = he(shape.dense_taps * before, shape.words, fan=2 * shape.dense_taps * before)
    weights["dense_bias"] = np.full(shape.words, -2.0, np.float32)
    running: Arrays = {}
    for index, channels in enumerate((shape.first, *shape.channels)):
        weights[f"gain{index}"], weights[f"shift{index}"] = (
            np.ones(channels, np.float32),
            np.zeros(channels, np.float32),
        )
        running[f"mean{index}"], running[f"variance{index}"] = (
            np.zeros(channels, np.float32),
            np.ones(channels, np.float32),
        )
    return weights, running


def forward(
    shape: Architecture, weights: Arrays, running: Arrays, features: Array, *, training: bool = False
) -> tuple[Array, Arrays]:
    """Logits (scenes, steps, words) of quantised features (scenes, 3 x steps, 40), and the batch's statistics.

    In training the batch's own statistics count, else the running ones.
    """
    scenes, rows, _ = features.shape
    steps = rows // ROWS_A_STEP
    seen: Arrays = {}
    padded = jnp.pad(features.astype(jnp.float32) / INPUT_DIVISOR, ((0, 0), (_FIRST_TAPS - ROWS_A_STEP, 0), (0, 0)))
    taps = [padded[:, tap : tap + ROWS_A_STEP * steps : ROWS_A_STEP] for tap in range(_FIRST_TAPS)]
    joined = jnp.concatenate(taps, -1).reshape(scenes * steps, _FIRST_TAPS * FEATURES)
    here = (joined @ weights["first"]).T.reshape(-1, scenes, steps)
    here = jax.nn.relu(_normed(here, 0, weights, running, seen, training))
    for index in range(len(shape.taps)):
        here = over_time(here, weights[f"depthwise{index}"], training=training)
        here = (weights[f"pointwise{index}"].T @ here.reshape(here.shape[0], -1)).reshape(-1, scenes, steps)
        here = jax.nn.relu(_normed(here, index + 1, weights, running, seen, training))
    return _ending(shape, weights, here), seen


def _ending(shape: Architecture, weights: Arrays, here: Array) -> Array:
    """The dense layer over the last steps, at each step."""
    channels, scenes, steps = here.shape
    padded = jnp.pad(here, ((0, 0), (0, 0), (shape.dense_taps - 1, 0)))
    total: Array = weights["dense_bias"]
    for tap in range(shape.dense_taps):
        part = weights["dense"][tap * channels : (tap + 1) * channels]
        heard = padded[:, :, tap : tap + steps].reshape(channels, -1)
        total = total + (part.T @ heard).T.reshape(scenes, steps, -1)
    return total


def _normed(here: Array, index: int, weights: Arrays, running: Arrays, seen: Arrays, training: bool) -> Array:
    """Batch norm; what the batch showed goes to `seen`."""
    if training:
        mean = here.mean((1, 2))
        variance = jnp.maximum((here * here).mean((1, 2)) - mean * mean, 0)
        seen[f"mean{index}"], seen[f"variance{index}"] = mean, variance
    else:
        mean, variance = running[f"mean{index}"], running[f"variance{index}"]
    gain = jax.lax.rsqrt(variance + _EPSILON) * weights[f"gain{index}"]
    return here * gain[:, None, None] + (weights[f"shift{index}"] - mean * gain)[:, None, None]


def over_time(here: Array, kernel: Array, *, training: bool) -> Array:
    """A causal depthwise convolution: in training as matrices over the scene's steps, else tap by tap."""
    channels, _, steps = here.shape
    taps = kernel.shape[0]
    if training:
        return jax.lax.batch_matmul(here, (kernel.T @ _places(taps, steps)).reshape(channels, steps, steps))
    padded = jnp.pad(here, ((0, 0), (0, 0), (taps - 1, 0)))
    return sum(padded[:, :, tap : tap + steps] * kernel[tap][:, None, None] for tap in range(taps))


@lru_cache(maxsize=32)
def _places(taps: int, steps: int) -> NDArray[np.float32]:
    """(taps, steps x steps): where in the matrix of a causal convolution each tap stands."""
    places = np.zeros((taps, steps, steps), np.float32)
    for tap in range(taps):
        for step in range(steps):
            source = step - taps + 1 + tap
            if source >= 0:
                places[tap, source, step] = 1
    return places.reshape(taps, steps * steps)


def folded(shape: Architecture, weights: Arrays, running: Arrays) -> Folded:
    """Batch norms and the input's divisor taken into the weights; features are then real (0 … 26)."""
    from host_tools.keyword.training.export.quantise import FEATURE_SCALE

    real = {name: np.asarray(value, np.float64) for name, value in {**weights, **running}.items()}

    def gain(index: int) -> NDArray[np.float64]:
        return real[f"gain{index}"] / np.sqrt(real[f"variance{index}"] + _EPSILON)

    def bias(index: int) -> NDArray[np.float64]:
        return real[f"shift{index}"] - real[f"mean{index}"] * gain(index)

    scaled = real["first"] * gain(0) / (INPUT_DIVISOR * float(FEATURE_SCALE))
    blocks = tuple(
        Block(real[f"depthwise{index}"], real[f"pointwise{index}"] * gain(index + 1), bias(index + 1))
        for index in range(len(shape.taps))
    )
    first = scaled.reshape(_FIRST_TAPS, FEATURES, -1)
    return Folded(first, bias(0), blocks, real["dense"], real["dense_bias"])
