"""A listener with everything around it in the test's hand: what may be, what comes, what is recognised."""

from __future__ import annotations

from typing import Any

from plainsight.errors import Refused
from plainsight.keyword.listener import Listener
from plainsight.keyword.words import NoWords, Words

BLOCK = 384


class Clock:
    """Time that the test moves; `sleep_ms` moves it, too."""

    def __init__(self) -> None:
        self.now_ms = 1000

    def ms(self) -> int:
        return self.now_ms

    def diff(self, end: int, start: int) -> int:
        return end - start

    async def sleep_ms(self, duration_ms: int) -> None:
        self.now_ms += duration_ms


class Ear:
    """Hears the numbered blocks of `waiting`."""

    def __init__(self, told: list[Any]) -> None:
        self.is_open = False
        self.fault: Refused | None = None
        self.waiting: list[int] = []
        self.block = memoryview(bytearray(2 * BLOCK))
        self.opened = 0
        self._told = told

    def open(self) -> None:
        self.opened += 1
        if self.fault is not None:
            raise self.fault
        self.is_open = True
        self._told.append("open")

    def next(self) -> int:
        if not self.is_open or not self.waiting:
            return 0
        self.block[0] = self.waiting.pop(0)
        return BLOCK

    def close(self) -> None:
        self.is_open = False
        self._told.append("closed")


class Detector:
    """Recognises word n in a block that begins with 100 + n."""

    def __init__(self, told: list[Any]) -> None:
        self.resets = 0
        self._told = told

    def feed(self, block: memoryview, count: int) -> int:
        assert count == BLOCK
        self._told.append(("fed", block[0]))
        return block[0] - 100 if block[0] >= 100 else -1

    def reset(self) -> None:
        self.resets += 1
        self._told.append("forgotten")


class Scene:
    """`told` is what happened, in order; `against` is why the glasses may not listen."""

    def __init__(self) -> None:
        self.told: list[Any] = []
        self.against = "off"
        self.clock = Clock()
        self.ear = Ear(self.told)
        self.detector = Detector(self.told)
        self.no_words: NoWords | None = None
        self.loads = 0
        self.states: list[str] = []
        self.failed: list[tuple[str, str]] = []
        self.alive = 0
        what: Any = (self.clock, lambda: self.against, self.ear, self._load, self, self, self._failed)
        self.listener = Listener(*what)
        self.listener.tell = self.states.append

    def heard(self, act: str) -> None:
        """As the trigger."""
        self.told.append(("act", act))

    def take(self, block: memoryview, _samples: int) -> None:
        """As the question."""
        self.told.append(("taken", block[0]))

    def end(self, reason: str) -> None:
        """As the question."""
        self.told.append(("question ends", reason))

    def run(self, steps: int = 5) -> list[int]:
        """The pauses between so many steps."""
        pauses: list[int] = []
        for _ in range(steps):
            pauses.append(self.listener.step())
            self.clock.now_ms += pauses[-1]
        return pauses

    def _load(self) -> Words:
        self.loads += 1
        if self.no_words is not None:
            raise self.no_words
        detector: Any = self.detector
        return Words(detector, ["look", "stop"], ["capture", "stop"])

    def _failed(self, state: str, why: str) -> None:
        self.failed.append((state, why))
