"""How far a run is and how long it will still take: a line that is rewritten, or lines where it is no terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

_EVERY_S = 1.0
_EVERY_S_WITHOUT_TERMINAL = 20.0


@dataclass
class Progress:
    """Tells of parts, each with how much of it is done."""

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    now: Callable[[], float] = time.monotonic

    def part(self, name: str) -> Callable[[int, int], None]:
        """A part that tells (done, of how many)."""
        line = _Line(self.stream, self.now, name)
        return line.tell

    def count(self, name: str, total: int) -> Callable[[int], None]:
        """A part whose size is known."""
        tell = self.part(name)
        return lambda done: tell(done, total)


class _Line:
    """One part's line."""

    def __init__(self, stream: TextIO, now: Callable[[], float], name: str) -> None:
        self._stream, self._now, self._name = stream, now, name
        self._began: tuple[float, int] | None = None
        self._told = -_EVERY_S_WITHOUT_TERMINAL
        self._terminal = stream.isatty()

    def tell(self, done: int, total: int) -> None:
        """Print what is new, if it is time to."""
        now = self._now()
        if self._began is None:
            self._began = (now, done)
        every = _EVERY_S if self._terminal else _EVERY_S_WITHOUT_TERMINAL
        if done < total and now - self._told < every:
            return
        self._told = now
        text = f"{self._name}: {done} of {total}{self._left(now, done, total)}"
        if self._terminal:
            print(f"\r{text:<78}", end="\n" if done >= total else "", file=self._stream, flush=True)
        else:
            print(text, file=self._stream, flush=True)

    def _left(self, now: float, done: int, total: int) -> str:
        assert self._began is not None
        begun_at, begun_with = self._began
        if done <= begun_with or done >= total:
            return ""
        seconds = (now - begun_at) / (done - begun_with) * (total - done)
        return f", about {seconds:.0f} s left" if seconds < 90 else f", about {seconds / 60:.0f} min left"
