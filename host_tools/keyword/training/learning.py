"""Learning: batches in, a running average of the weights out; can be stopped at any step and taken up again."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from host_tools.keyword.training.accelerated import jax, jnp, optax
from host_tools.keyword.training.dataset import Batches
from host_tools.keyword.training.files import write_whole
from host_tools.keyword.training.net import FEATURES, ROWS_A_STEP, Architecture, Array, Arrays, forward, initial

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from host_tools.keyword.training.sound.scenes import Scene

_STATISTICS_KEPT = 0.98
_AVERAGE_KEPT = 0.997
_LARGEST_GRADIENT = 2.0
_WEIGHT_DECAY = 1e-3
_MINED_AT = (0.15, 0.3, 0.45, 0.6, 0.75, 0.9)
_MINED_ABOVE = 0.1
_SAVE_EVERY = 200
_INFERENCE_BATCH = 32
_INFERENCE_ROWS = 300


@dataclass(frozen=True)
class Schooling:
    """How long and how fast: steps of so many crops of so many net steps; the peak of the learning rate.

    Longer is not better: after 3000 steps the net begins to learn the synthetic voices by heart (docs/keyword.md).
    """

    steps: int = 3000
    crops: int = 64
    crop_steps: int = 64
    rate: float = 6e-3


@dataclass
class Progress:
    """Everything that learning is made of at one step."""

    step: int
    weights: Arrays
    running: Arrays
    optimiser: Array
    average: tuple[Arrays, Arrays]


def learn(
    shape: Architecture,
    scenes: Sequence[Scene],
    schooling: Schooling,
    seed: int,
    kept: Path,
    tell: Callable[[int], None],
) -> tuple[Arrays, Arrays]:
    """The averaged weights and statistics after all steps; `kept` is the file to go on from; `tell`: steps done."""
    batches = Batches(scenes, shape.words, schooling.crop_steps, seed)
    rates = optax.warmup_cosine_decay_schedule(
        schooling.rate / 10, schooling.rate, schooling.steps // 10, schooling.steps, schooling.rate / 50
    )
    optimiser = optax.chain(
        optax.clip_by_global_norm(_LARGEST_GRADIENT), optax.adamw(rates, weight_decay=_WEIGHT_DECAY)
    )
    progress = _taken_up(kept) or _begun(shape, optimiser, seed)
    once = _step_function(shape, optimiser)
    mined = {int(schooling.steps * share) for share in _MINED_AT}
    if any(step <= progress.step for step in mined):
        _mine(shape, progress, scenes, batches)
    while progress.step < schooling.steps:
        batch = batches.draw(schooling.crops)
        state = (progress.weights, progress.running, progress.optimiser, progress.average)
        state = once(state, progress.step, batch.features, batch.target, batch.weight)
        progress = Progress(progress.step + 1, *state)
        if progress.step in mined:
            _mine(shape, progress, scenes, batches)
        if progress.step % _SAVE_EVERY == 0:
            write_whole(kept, pickle.dumps(jax.tree.map(np.asarray, vars(progress))))
        tell(progress.step)
    return jax.tree.map(np.asarray, progress.average)


def outputs(
    shape: Architecture, weights: Arrays, running: Arrays, features: Sequence[NDArray[np.uint8]]
) -> list[NDArray[np.float32]]:
    """Probabilities (steps, words) of the float net for each piece of features, from empty states."""
    answers: list[NDArray[np.float32]] = [np.zeros((0, shape.words), np.float32)] * len(features)
    order = sorted(range(len(features)), key=lambda at: len(features[at]))
    for first in range(0, len(order), _INFERENCE_BATCH):
        chosen = order[first : first + _INFERENCE_BATCH]
        rows = -(-max(len(features[at]) for at in chosen) // _INFERENCE_ROWS) * _INFERENCE_ROWS
        padded = np.zeros((_INFERENCE_BATCH, rows, FEATURES), np.uint8)
        for place, at in enumerate(chosen):
            padded[place, : len(features[at])] = features[at]
        probabilities = np.asarray(_probabilities(shape, weights, running, padded))
        for place, at in enumerate(chosen):
            answers[at] = probabilities[place, : len(features[at]) // ROWS_A_STEP]
    return answers


def _sigmoid(shape: Architecture, weights: Arrays, running: Arrays, features: Array) -> Array:
    return jax.nn.sigmoid(forward(shape, weights, running, features)[0])


_probabilities: Callable[..., Array] = jax.jit(_sigmoid, static_argnums=0)


def _mixed(kept: Array) -> Callable[[Array, Array], Array]:
    """A running average's next value."""

    def next_value(old: Array, new: Array) -> Array:
        return old * kept + new * (1 - kept)

    return next_value


def _begun(shape: Architecture, optimiser: Array, seed: int) -> Progress:
    weights, running = jax.tree.map(jnp.asarray, initial(shape, seed))
    return Progress(0, weights, running, optimiser.init(weights), (weights, running))


def _taken_up(kept: Path) -> Progress | None:
    """What an earlier run left in its own folder (our own file, whole by write_whole)."""
    return Progress(**pickle.loads(kept.read_bytes())) if kept.exists() else None


def _mine(shape: Architecture, progress: Progress, scenes: Sequence[Scene], batches: Batches) -> None:
    said = outputs(shape, *progress.average, [scene.features for scene in scenes])
    batches.show_more(said, _MINED_ABOVE)


def _step_function(shape: Architecture, optimiser: Array) -> Callable[..., tuple[Array, ...]]:
    """One step of learning, compiled."""

    def loss(weights: Arrays, running: Arrays, features: Array, target: Array, weight: Array) -> tuple[Array, Arrays]:
        logits, seen = forward(shape, weights, running, features, training=True)
        each = optax.sigmoid_binary_cross_entropy(logits, target)
        return (each * weight).sum() / (weight.sum() + 1), seen

    def once(state: tuple[Array, ...], step: Array, *batch: Array) -> tuple[Array, ...]:
        weights, running, memory, average = state
        (_, seen), gradient = jax.value_and_grad(loss, has_aux=True)(weights, running, *batch)
        running = jax.tree.map(_mixed(_STATISTICS_KEPT), running, seen)
        change, memory = optimiser.update(gradient, memory, weights)
        weights = optax.apply_updates(weights, change)
        kept = jnp.minimum(_AVERAGE_KEPT, (1 + step) / (10 + step))
        average = jax.tree.map(_mixed(kept), average, (weights, running))
        return weights, running, memory, average

    return jax.jit(once)
