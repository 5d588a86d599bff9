"""Many scenes, made by several processes; kept in the run's folder in parts, so that a stopped run goes on."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from host_tools.keyword.training.corpus import Spoken, Talker
from host_tools.keyword.training.files import write_whole
from host_tools.keyword.training.sound.noises import Noises
from host_tools.keyword.training.sound.scenes import Conditions, Scene, scene

_BATCH = 40


@dataclass(frozen=True)
class Scenery:
    """What scenes are drawn from."""

    talker: Talker
    noises: Noises
    conditions: Conditions
    seed: int


_here: dict[str, Scenery] = {}


def scenes(
    folder: Path, scenery: Scenery, count: int, tell: Callable[[int, int], None], processes: int | None = None
) -> list[Scene]:
    """`count` scenes; those that `folder` already holds are not made again."""
    batches = [(at, min(_BATCH, count - at)) for at in range(0, count, _BATCH)]
    missing = [batch for batch in batches if not _file(folder, batch[0]).exists()]
    done = count - sum(size for _, size in missing)
    tell(done, count)
    if len(missing) == 1:
        _here["scenery"] = scenery
        tell(done + _make(folder, *missing[0]), count)
    elif missing:
        talk = folder / "talk.pickle"
        write_whole(talk, pickle.dumps(scenery))
        # Not by fork: whoever trains has threads that a fork would cut off.
        pool = ProcessPoolExecutor(
            min(processes or os.cpu_count() or 1, len(missing)),
            multiprocessing.get_context("spawn"),
            _begin,
            (talk,),
        )
        try:
            for future in [pool.submit(_make, folder, *batch) for batch in missing]:
                done += future.result()
                tell(done, count)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    return [one for batch in batches for one in pickle.loads(_file(folder, batch[0]).read_bytes())]


def _begin(talk: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _here["scenery"] = pickle.loads(talk.read_bytes())


def _make(folder: Path, first: int, count: int) -> int:
    scenery = _here["scenery"]
    made = [
        scene(np.random.default_rng((scenery.seed, number)), scenery.talker, scenery.noises, scenery.conditions)
        for number in range(first, first + count)
    ]
    write_whole(_file(folder, first), pickle.dumps(made))
    return count


def _file(folder: Path, first: int) -> Path:
    return folder / f"{first:05d}.scenes"


def scenery_of(
    spoken: Spoken, own_noise: list[np.ndarray], shares: tuple[float, float], conditions: Conditions, seed: int
) -> Scenery:
    """Scenes of this corpus, in which phrases and near misses have these shares."""
    return Scenery(Talker(spoken, *shares), Noises(spoken.sentences, own_noise), conditions, seed)
