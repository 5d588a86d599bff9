"""A place for one frame: whoever is slow gets the newest, and what was overtaken is gone."""

from __future__ import annotations

import asyncio
from typing import Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """Put and take from one event loop."""

    def __init__(self) -> None:
        self._value: T | None = None
        self._there = asyncio.Event()

    def put(self, value: T) -> None:
        """Replaces what nobody has taken."""
        self._value = value
        self._there.set()

    async def take(self) -> T:
        """Wait for a value and empty the place."""
        while self._value is None:
            self._there.clear()
            await self._there.wait()
        value, self._value = self._value, None
        return value
