"""The one way in which a view-model tells its screen that something changed."""

from __future__ import annotations

from collections.abc import Callable

Unsubscribe = Callable[[], None]


class Observable:
    """Calls its observers, in the order they came, after each change."""

    def __init__(self) -> None:
        self._observers: list[Callable[[], None]] = []

    def observe(self, callback: Callable[[], None]) -> Unsubscribe:
        """Call `callback()` after each change until the returned function is called; calling that twice is harmless."""
        self._observers.append(callback)

        def unsubscribe() -> None:
            if callback in self._observers:
                self._observers.remove(callback)

        return unsubscribe

    def changed(self) -> None:
        """Tell every observer. One that unsubscribes during the round is not called again."""
        for callback in tuple(self._observers):
            if callback in self._observers:
                callback()
