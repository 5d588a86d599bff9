"""End to end, from bytes to verified bytes, against the bare inference of its own models on the same inputs."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from companion_app.redaction import Kind, Plan, Redactor, needs
from host_tools.bench.redaction.replay import Tape, recorded
from host_tools.bench.redaction.scenes import Scene

_WARM_UP = 2


@dataclass(frozen=True)
class Speed:
    """Seconds per picture, medians: the whole way, and its models alone; `ratio` the median of ratios in pairs."""

    whole_s: float
    models_s: float
    ratio: float
    pictures: int


def measure(scenes: Sequence[Scene], questions: Sequence[str], *, rounds: int) -> list[Speed]:
    """For each question: each scene whole and then bare, `rounds` times, so that a busy moment meets both alike."""
    # Networks are made once in a process, so that one tape serves all questions.
    with recorded() as tape:
        redactor = Redactor()
        return [_asked(redactor, tape, scenes, question, rounds) for question in questions]


def _asked(redactor: Redactor, tape: Tape, scenes: Sequence[Scene], question: str, rounds: int) -> Speed:
    reading = Kind.TEXT in needs(question)

    def whole(scene: Scene) -> None:
        look = redactor.look(scene.jpeg, reading=reading)
        redactor.redact(look, Plan.for_question(look, question), mask_more=True)

    for scene in scenes[:_WARM_UP]:
        whole(scene)
    pairs: list[tuple[float, float]] = []
    for scene in [*scenes] * rounds:
        tape.on = True
        took = _timed(lambda scene=scene: whole(scene))
        tape.on = False
        pairs.append((took, tape.again_s()))
        tape.calls.clear()
    return Speed(
        statistics.median(one for one, _ in pairs),
        statistics.median(bare for _, bare in pairs),
        statistics.median(one / bare for one, bare in pairs),
        len(pairs),
    )


def _timed(act: Callable[[], None]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun
