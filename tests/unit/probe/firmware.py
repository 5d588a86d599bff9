"""The probe's own firmware under CPython, with a bench of the test's: pins that remember, a clock that is told."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROBE = Path(__file__).parents[3] / "firmware" / "probe"


@contextmanager
def importable() -> Iterator[None]:
    """`plainsight_probe` can be imported in this block, as on the board."""
    sys.path.insert(0, str(PROBE))
    try:
        yield
    finally:
        sys.path.remove(str(PROBE))


with importable():
    from plainsight_probe import bench, clock, faults, lines, service, timeline

__all__ = ["Desk", "Pins", "bench", "clock", "faults", "lines", "service", "timeline"]

TICKS = 1 << 20  # the test's ticks wrap early


class Pins:
    """A driver: what is switched, what is sensed."""

    board = "test"
    lit_uv = 200_000
    dark_uv = 100_000

    def __init__(self) -> None:
        self.us = 0
        self.uv = 15_000
        self.flashes = 0
        self.counted: list[int] = []  # when the counter was read
        self.on: set[str] = set()
        self.rests = 0
        self.mark: Callable[[int, int], None] = lambda _ticks, _level: None

    def machine(self) -> str:
        return "a test, simulated"

    def ticks_us(self) -> int:
        return self.us % TICKS

    def ticks_diff(self, later: int, earlier: int) -> int:
        return (later - earlier + TICKS // 2) % TICKS - TICKS // 2

    def light_uv(self) -> int:
        return self.uv

    def current_ua(self) -> int:
        return 10_000

    def pulses(self) -> int:
        self.counted.append(self.us)
        return self.flashes

    def switch(self, name: str, on: bool) -> None:
        (self.on.add if on else self.on.discard)(name)

    def rest(self) -> None:
        self.on.clear()
        self.rests += 1

    def on_frame_mark(self, handler: Callable[[int, int], None]) -> None:
        self.mark = handler


class Desk:
    """Probe and host at one table: `say` sends a line and gives what was answered."""

    def __init__(self) -> None:
        self.pins = Pins()
        self._bytes: list[int] = []
        self.answers: list[str] = []
        self.service = service.Service(self.pins, self)

    def byte(self, wait_ms: int) -> int:
        """As Port."""
        return self._bytes.pop(0) if self._bytes else -1

    def send(self, line: str) -> None:
        """As Port."""
        self.answers.append(line)

    def pass_us(self, microseconds: int, step_us: int = 2000) -> None:
        """Time goes by, with a look at each step."""
        until_us = self.pins.us + microseconds
        while self.pins.us < until_us:
            self.pins.us = min(until_us, self.pins.us + step_us)
            self.service.turn()

    def hear(self, data: bytes) -> list[dict[str, Any]]:
        """Whatever bytes; the answers to them."""
        self._bytes += data
        before = len(self.answers)
        while self._bytes:
            self.service.turn()
        return [json.loads(answer) for answer in self.answers[before:]]

    def say(self, do: str, **fields: object) -> dict[str, Any]:
        """A request; its answer."""
        (answer,) = self.hear(json.dumps({"id": 7, "do": do, **fields}).encode() + b"\n")
        return answer
