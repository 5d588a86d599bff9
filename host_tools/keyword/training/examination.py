"""The finished int8 model before voices that training never heard: cutoffs from one half, figures from the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from plainsight.keyword.model import Word

from host_tools.keyword.scoring.reference import ReferenceEngine
from host_tools.keyword.training import judging, scenery
from host_tools.keyword.training.export.quantise import FEATURE_SCALE
from host_tools.keyword.training.judging import Choice, Heard
from host_tools.keyword.training.sound.scenes import Conditions, Scene

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from host_tools.keyword.training.corpus import Spoken
    from host_tools.keyword.training.plan import Plan
    from host_tools.keyword.training.progress import Progress

# The talk that false accepts are counted in; the rest of the scenes hold the phrases, by engine.
_TALK_SHARE = 0.6
_PHRASE_SHARE = 0.7
# Quiet rooms and gated microphones, and others at 10 dB.
_CONDITIONS = {"quiet": Conditions((25.0, 45.0)), "10 dB": Conditions((10.0, 10.0))}
_SEED = 7_000_000


@dataclass(frozen=True)
class Corpus:
    """One part of the examination: by whom, under what, and for each word what was heard."""

    name: str
    conditions: str
    heard: tuple[Heard, ...]


@dataclass(frozen=True)
class Examination:
    """The decision's settings for each word, and what came of them on the other half."""

    choices: tuple[Choice, ...]
    corpora: tuple[Corpus, ...]


def examined(plan: Plan, tflite: Path, test: Spoken, folder: Path, progress: Progress) -> Examination:
    """Let the model in `tflite` hear scenes of the test's voices."""
    sets = _scenes(plan, test, folder, progress)
    engine = ReferenceEngine(
        tflite, [Word(phrase.text, phrase.act, 0, 1, 0, output) for output, phrase in enumerate(plan.phrases)]
    )
    total = sum(len(scenes) for _, _, scenes in sets)
    tell, done = progress.count("examination", total), 0
    answers: list[list[NDArray[np.float32]]] = []
    for _, _, scenes in sets:
        answers.append([])
        for scene in scenes:
            answers[-1].append(_probabilities(engine, scene))
            done += 1
            tell(done)
    choices = tuple(_choice(sets, answers, word) for word in range(len(plan.phrases)))
    corpora = tuple(
        Corpus(
            name,
            conditions,
            tuple(
                judging.heard(scenes[1::2], outputs[1::2], word, choice.window) for word, choice in enumerate(choices)
            ),
        )
        for (name, conditions, scenes), outputs in zip(sets, answers, strict=True)
    )
    return Examination(choices, corpora)


def _scenes(plan: Plan, test: Spoken, folder: Path, progress: Progress) -> list[tuple[str, str, list[Scene]]]:
    """(engine or "talk", conditions, scenes)."""
    engines = sorted({engine for waves in test.phrases for engine in waves})
    talk = int(plan.amounts.test_scenes * _TALK_SHARE)
    each = max(4, (plan.amounts.test_scenes - talk) // (len(engines) * len(_CONDITIONS)))
    made: list[tuple[str, str, list[Scene]]] = []
    for conditions_name, conditions in _CONDITIONS.items():
        for engine in engines:
            own = [{engine: waves[engine]} for waves in test.phrases if engine in waves]
            if len(own) == len(test.phrases):
                source = scenery.scenery_of(
                    replace(test, phrases=own), [], (_PHRASE_SHARE, 0.0), conditions, plan.seed + _SEED
                )
                name = f"{engine} {conditions_name}".replace(" ", "_")
                tell = progress.part(f"test scenes, {engine}, {conditions_name}")
                made.append((engine, conditions_name, scenery.scenes(folder / name, source, each, tell)))
    source = scenery.scenery_of(test, [], (0.0, 0.0), Conditions(), plan.seed + 2 * _SEED)
    talk_scenes = scenery.scenes(folder / "talk", source, talk, progress.part("test scenes, talk"))
    return [*made, ("talk", "2 to 28 dB", talk_scenes)]


def _probabilities(engine: ReferenceEngine, scene: Scene) -> NDArray[np.float32]:
    real = scene.features.astype(np.float32) * FEATURE_SCALE
    return (engine.outputs(real) / 256).astype(np.float32)


def _choice(
    sets: Sequence[tuple[str, str, list[Scene]]], answers: Sequence[Sequence[NDArray[np.float32]]], word: int
) -> Choice:
    """From every second scene of all sets."""
    scenes = [scene for _, _, group in sets for scene in group[::2]]
    outputs = [output for group in answers for output in group[::2]]
    return judging.chosen(scenes, outputs, word)
