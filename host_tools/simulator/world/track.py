"""A quantity that changes in steps, with its whole history: what light, current and the scene are made of."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class StepTrack(Generic[T]):
    """The value over time, right-continuous; `initial` holds since for ever."""

    def __init__(self, initial: T) -> None:
        self._times_us: list[int] = []
        self._values: list[T] = [initial]

    @property
    def latest(self) -> T:
        """The value after the last step."""
        return self._values[-1]

    def set(self, at_us: int, value: T) -> None:
        """Step to `value` at `at_us`, which must not lie before the last step."""
        if self._times_us and at_us < self._times_us[-1]:
            raise ValueError(f"step at {at_us} before {self._times_us[-1]}")
        if value != self.latest:
            self._times_us.append(at_us)
            self._values.append(value)

    def at(self, at_us: int) -> T:
        """The value at a moment (that of the step if one happens just then)."""
        return self._values[bisect.bisect_right(self._times_us, at_us)]

    def spans(self, begun_us: int, ended_us: int) -> Iterator[tuple[int, int, T]]:
        """(start, end, value) of each span of a constant value inside [begun, ended), without empty ones."""
        index = bisect.bisect_right(self._times_us, begun_us)
        start = begun_us
        while start < ended_us:
            end = min(ended_us, self._times_us[index]) if index < len(self._times_us) else ended_us
            if end > start:
                yield start, end, self._values[index]
            start, index = end, index + 1

    def always(self, begun_us: int, ended_us: int, holds: Callable[[T], bool]) -> bool:
        """`holds` is true of every value inside [begun, ended)."""
        return all(holds(value) for _, _, value in self.spans(begun_us, ended_us))
