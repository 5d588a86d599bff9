"""The sends that are under way, so that a lock, or a no, can end them: each is put on record as it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

from companion_app.sharing.cards import EndpointCard


class UnderWay:
    """Knows the task of each send until that is over."""

    def __init__(self) -> None:
        self._tasks: dict[asyncio.Task[object], EndpointCard] = {}

    @contextmanager
    def one(self, card: EndpointCard) -> Generator[None]:
        """The block is one send by the task that runs it."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks[task] = card
        try:
            yield
        finally:
            self._tasks.pop(task, None)

    def stop_leaving(self) -> None:
        """Cancel what leaves this device; what this device answers goes on."""
        for task, card in self._tasks.items():
            if not card.stays_here:
                task.cancel()

    async def end_all(self) -> None:
        """Cancel every one, and return once how it ended is on record."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
