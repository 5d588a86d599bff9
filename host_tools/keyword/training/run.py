"""A training run from phrases to files: speak, make scenes, learn, export, examine, report; all can be resumed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from host_tools.keyword.convert.converter import convert
from host_tools.keyword.phrases.pronunciations import pronunciations
from host_tools.keyword.training import corpus, learning, net, scenery
from host_tools.keyword.training.examination import Examination, examined
from host_tools.keyword.training.export.calibrate import ranges
from host_tools.keyword.training.export.quantise import quantise
from host_tools.keyword.training.export.streaming import streaming_model
from host_tools.keyword.training.files import write_whole
from host_tools.keyword.training.manifest import manifest, words
from host_tools.keyword.training.recorded import features_of, waves_of
from host_tools.keyword.training.report import Run, write_report
from host_tools.keyword.training.sound.scenes import Conditions, Scene
from host_tools.keyword.voices.recital import Recital

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from host_tools.keyword.training.plan import Plan
    from host_tools.keyword.training.progress import Progress

_CALIBRATION_SCENES = 120
_TRAIN_SHARES, _HARDER = (0.32, 0.33), (2.0, 28.0)
_REAL_NEGATIVE_FRAMES = 900


@dataclass(frozen=True)
class Trained:
    """The files of a finished run, and what the report says."""

    model: Path
    tflite: Path
    manifest: Path
    report: Path
    examination: Examination


def train(plan: Plan, work: Path, out: Path, progress: Progress) -> Trained:
    """Run `plan`; half-done work lies in `work`, results go to `out`.

    Raises PhraseError, VoiceError, RecordingError.
    """
    for phrase in plan.phrases:
        pronunciations(phrase.text)  # refuses at once what nobody can say, and what can't be read
    started = time.monotonic()
    noise = waves_of(plan.noise)
    phrases = [phrase.text for phrase in plan.phrases]
    own_talk = [Scene(one, ()) for one in features_of(plan.negatives, _REAL_NEGATIVE_FRAMES, phrases)]
    folder = work / plan.digest()
    recital = Recital(work / "voices")
    training = corpus.spoken(plan, "train", recital, progress.part("voices"))
    test = corpus.spoken(plan, "test", recital, progress.part("test voices"))
    kept = scenery.scenes(
        folder / "train",
        scenery.scenery_of(training, noise, _TRAIN_SHARES, Conditions(_HARDER), plan.seed),
        plan.amounts.scenes,
        progress.part("scenes"),
    )
    kept += own_talk
    weights, running = learning.learn(
        plan.shape,
        kept,
        plan.schooling,
        plan.seed,
        folder / "learning.pickle",
        progress.count("learning", plan.schooling.steps),
    )
    tflite = _exported(plan, weights, running, kept)
    write_whole(folder / "model.tflite", tflite)
    examination = examined(plan, folder / "model.tflite", test, folder / "test", progress)
    return _written(plan, out, tflite, examination, recital, time.monotonic() - started)


def _exported(plan: Plan, weights: net.Arrays, running: net.Arrays, kept: Sequence[Scene]) -> bytes:
    """The int8 streaming model."""
    folded = net.folded(plan.shape, weights, running)
    pieces: list[NDArray[np.uint8]] = [scene.features for scene in kept[:_CALIBRATION_SCENES]]
    return streaming_model(quantise(folded, ranges(folded, pieces)), f"Plainsight keyword model {plan.name}")


def _written(
    plan: Plan, out: Path, tflite: bytes, examination: Examination, recital: Recital, seconds: float
) -> Trained:
    """All files of the result, the model last: where it is, everything else is."""
    chosen = words(plan, examination)
    model = convert(tflite, chosen)
    paths = {suffix: out / f"{plan.name}{suffix}" for suffix in (".kwm", ".tflite", ".json", ".md")}
    write_whole(paths[".tflite"], tflite)
    write_whole(paths[".json"], manifest(chosen, paths[".tflite"].name))
    run = Run(plan, examination, chosen, {".kwm": model, ".tflite": tflite}, len(recital.refused), seconds)
    write_report(out, run)
    write_whole(paths[".kwm"], model)
    return Trained(paths[".kwm"], paths[".tflite"], paths[".json"], paths[".md"], examination)
