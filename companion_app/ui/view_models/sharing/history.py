"""What was, so that every change can be taken back."""

from __future__ import annotations

from typing import Generic, TypeVar

_DEEPEST = 100

T = TypeVar("T")


class History(Generic[T]):
    """Values, newest last; the first one is never taken back."""

    def __init__(self, first: T) -> None:
        self._values = [first]

    @property
    def now(self) -> T:
        """The newest value."""
        return self._values[-1]

    @property
    def can_undo(self) -> bool:
        """True when there is something to go back to."""
        return len(self._values) > 1

    def add(self, value: T) -> None:
        """A new value; the oldest changes are forgotten when there are very many, the first value is not."""
        self._values.append(value)
        if len(self._values) > _DEEPEST:
            del self._values[1]

    def undo(self) -> bool:
        """Go one value back; False where there is none."""
        if not self.can_undo:
            return False
        self._values.pop()
        return True
