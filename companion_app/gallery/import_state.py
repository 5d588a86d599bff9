"""How far the import of what waits on the glasses has come, as data: counts, bytes, speed, and what is left to do."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from companion_app.errors import AppError
from companion_app.observers import Observers

_WINDOW_S = 20.0  # the speed is that of the last so many seconds: a link gets better and worse
_SAMPLE_EVERY_S = 0.5
_LEAST_SAMPLES = 3


class Step(StrEnum):
    """What a round of imports is at."""

    IDLE = "idle"
    LOOKING = "looking"  # asking what there is, and fetching small pictures of it
    MOVING = "moving"
    DONE = "done"
    STOPPED = "stopped"  # `stopped_by` says why, None: broken off here; it goes on where it was


@dataclass(frozen=True)
class ImportState:
    """One round. `items` are to come, `brought` came, `left` stay on the glasses for now; `before_bytes` of `all_bytes`
    had come in an earlier round that was cut off. `left_s` None: nobody can say yet."""

    step: Step = Step.IDLE
    items: int = 0
    brought: int = 0
    left: int = 0
    bytes: int = 0
    all_bytes: int = 0
    before_bytes: int = 0
    bytes_per_s: float = 0.0
    left_s: float | None = None
    stopped_by: AppError | None = None

    @property
    def under_way(self) -> bool:
        """True between the beginning of a round and its end."""
        return self.step in (Step.LOOKING, Step.MOVING)


class Imports:
    """Told by the importer, read by screens. `clock` counts seconds evenly."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._observers: Observers[ImportState] = Observers()
        self._have: dict[int, int] = {}
        self._sizes: dict[int, int] = {}
        self._samples: deque[tuple[float, int]] = deque()
        self.state = ImportState()

    def observe(self, callback: Callable[[ImportState], None]) -> Callable[[], None]:
        """Call back at each change; returns the function that ends it."""
        return self._observers.add(callback)

    def looking(self) -> None:
        """A round begins."""
        self._have, self._sizes = {}, {}
        self._samples.clear()
        self._tell(ImportState(Step.LOOKING))

    def expects(self, sizes: Mapping[int, int], before: Mapping[int, int]) -> None:
        """What is to come: sealed bytes by item, and how many of them had come before."""
        self._sizes, self._have = dict(sizes), dict(before)
        state = ImportState(
            Step.MOVING, items=len(sizes), bytes=self._moved, all_bytes=sum(sizes.values()), before_bytes=self._moved
        )
        self._tell(state)

    def moved(self, item: int, have: int, size: int) -> None:
        """`have` of the `size` bytes of an item are here."""
        if not self.state.under_way or item not in self._sizes:
            return
        self._have[item] = min(have, size)
        self._sample()
        self._tell(replace(self.state, bytes=self._moved, bytes_per_s=self._speed, left_s=self._left_s))

    def brought(self, item: int) -> None:
        """An item is in the gallery."""
        if item in self._sizes:
            self._have[item] = self._sizes[item]
            self._tell(replace(self.state, brought=self.state.brought + 1, bytes=self._moved, left_s=self._left_s))

    def stays(self, item: int) -> None:
        """An item stays on the glasses for now."""
        if item in self._sizes:
            self._have.pop(item, None)
            self._sizes.pop(item)
            left = self.state.left + 1
            self._tell(replace(self.state, left=left, bytes=self._moved, all_bytes=sum(self._sizes.values())))

    def ended(self, by: AppError | None = None) -> None:
        """The round is over, or `by` ended it."""
        step = Step.STOPPED if by is not None else Step.DONE
        self._tell(replace(self.state, step=step, stopped_by=by, bytes_per_s=0.0, left_s=None))

    def given_up(self) -> None:
        """The round was broken off: the app is closing, or somebody did not want to wait."""
        self._tell(replace(self.state, step=Step.STOPPED, bytes_per_s=0.0, left_s=None))

    @property
    def _moved(self) -> int:
        return sum(self._have.values())

    @property
    def _speed(self) -> float:
        """Bytes a second over the window; 0 while there is too little to say it from."""
        if len(self._samples) < _LEAST_SAMPLES:
            return 0.0
        (begun, first), (now, last) = self._samples[0], self._samples[-1]
        return max(0, last - first) / (now - begun)

    @property
    def _left_s(self) -> float | None:
        speed = self._speed
        return (sum(self._sizes.values()) - self._moved) / speed if speed else None

    def _sample(self) -> None:
        now = self._clock()
        if self._samples and now - self._samples[-1][0] < _SAMPLE_EVERY_S:
            return
        self._samples.append((now, self._moved))
        while now - self._samples[0][0] > _WINDOW_S and len(self._samples) > _LEAST_SAMPLES:
            self._samples.popleft()

    def _tell(self, state: ImportState) -> None:
        self.state = state
        self._observers.notify(state)
