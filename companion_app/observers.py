"""A list of callbacks that want to hear of one thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Observers(Generic[T]):
    """Callbacks in the order in which they came; each is called in the thread and task that notifies."""

    def __init__(self) -> None:
        self._callbacks: dict[int, Callable[[T], None]] = {}
        self._next = 0

    def add(self, callback: Callable[[T], None]) -> Callable[[], None]:
        """Call `callback` from now on; returns the function that ends it (calling that again does nothing)."""
        number = self._next
        self._next += 1
        self._callbacks[number] = callback

        def remove() -> None:
            self._callbacks.pop(number, None)

        return remove

    def notify(self, value: T) -> None:
        """Tell everybody."""
        for callback in tuple(self._callbacks.values()):
            callback(value)
