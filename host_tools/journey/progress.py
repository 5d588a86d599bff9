"""Times the steps of a run and tells whoever watches, one line a step."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

Tell = Callable[[str], None]


@dataclass
class Step:
    """One step while it runs; `note` adds what it found to its line, `answered` says that its end is no failure."""

    name: str
    answered: bool = False
    notes: list[str] = field(default_factory=list[str])

    def note(self, text: str) -> None:
        """Add something to the line that ends this step."""
        self.notes.append(text)


@dataclass
class Progress:
    """Milliseconds per step in the order they ran, and the lines told."""

    tell: Tell
    timings_ms: dict[str, float] = field(default_factory=dict[str, float])

    @contextmanager
    def step(self, name: str, label: str) -> Generator[Step]:
        """Time one step; a step that fails is timed too, and its line says that it failed."""
        step = Step(name)
        begun = time.perf_counter()
        try:
            yield step
            step.answered = True
        finally:
            spent_ms = (time.perf_counter() - begun) * 1000
            self.timings_ms[name] = round(self.timings_ms.get(name, 0.0) + spent_ms, 1)
            self.tell(_line(label, spent_ms, step))

    def split(self, name: str, parts_ms: dict[str, float], rest: str) -> None:
        """Replace the time of step `name` by its parts in their order; what they leave goes to `rest`."""
        left_ms = self.timings_ms.pop(name)
        for part, spent_ms in parts_ms.items():
            self.timings_ms[part] = round(spent_ms, 1)
            left_ms -= spent_ms
        self.timings_ms[rest] = round(left_ms, 1)


def _line(label: str, spent_ms: float, step: Step) -> str:
    mark = "" if step.answered else " FAILED"
    return f"{label:<34}{spent_ms:8.0f} ms{mark}{'  ' if step.notes else ''}{'; '.join(step.notes)}"
