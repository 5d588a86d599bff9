"""What can still be read, decoded or recognised as a face in the corpus after redaction, and before it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field

from companion_app.redaction import Plan, Redactor
from companion_app.redaction.errors import StillVisible
from host_tools.bench.redaction.judges import Judges, characters_of
from host_tools.bench.redaction.scenes import Scene

_TELL_EVERY = 8


@dataclass
class Tally:
    """Counts over scenes: characters of the scenes that were read, codes decoded, faces found."""

    ours: int = 0
    tesseract: int = 0
    codes: int = 0
    faces: int = 0

    def add(self, judges: Judges, jpeg: bytes, lines: tuple[str, ...]) -> None:
        """Let every judge look at one picture for `lines`."""
        self.ours += characters_of(lines, judges.read(jpeg))
        self.tesseract += characters_of(lines, judges.read_by_tesseract(jpeg))
        self.codes += judges.codes(jpeg)
        self.faces += judges.faces(jpeg)


@dataclass
class Residual:
    """`secret` counts what must go, `wanted` what the question keeps; `mended`: pictures in which the second look saw
    something and more was masked; `withheld`: names of those that it let go in no form."""

    scenes: int = 0
    secret_before: Tally = field(default_factory=Tally)
    secret_after: Tally = field(default_factory=Tally)
    wanted_before: int = 0
    wanted_after: int = 0
    mended: int = 0
    withheld: list[str] = field(default_factory=list[str])
    leaks: list[str] = field(default_factory=list[str])


def measure(scenes: Iterable[Scene], redactor: Redactor, judges: Judges) -> Residual:
    """Redact every scene as the app does and let the judges look at the bytes that would leave."""
    result = Residual()
    for scene in scenes:
        _one(scene, redactor, judges, result)
        result.scenes += 1
        if result.scenes % _TELL_EVERY == 0:
            print(f"redaction: {result.scenes} scenes", file=sys.stderr, flush=True)
    return result


def _one(scene: Scene, redactor: Redactor, judges: Judges, result: Residual) -> None:
    look = redactor.look(scene.jpeg)
    plan = Plan.for_question(look, scene.question)
    try:
        leaving = redactor.redact(look, plan).jpeg
    except StillVisible:
        result.mended += 1
        try:
            leaving = redactor.redact(look, plan, mask_more=True).jpeg
        except StillVisible:
            result.withheld.append(scene.name)
            return
    result.secret_before.add(judges, scene.jpeg, scene.secret)
    after = Tally()
    after.add(judges, leaving, scene.secret)
    if after != Tally():
        result.leaks.append(f"{scene.name}: {after}")
    total = result.secret_after
    total.ours, total.tesseract = total.ours + after.ours, total.tesseract + after.tesseract
    total.codes, total.faces = total.codes + after.codes, total.faces + after.faces
    if scene.wanted:
        result.wanted_before += characters_of(scene.wanted, judges.read(scene.jpeg))
        result.wanted_after += characters_of(scene.wanted, judges.read(leaving))
