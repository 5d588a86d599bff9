"""Runs what the screens start, and makes sure that no failure vanishes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

_log = logging.getLogger(__name__)


class Tasks:
    """Coroutines that end by themselves or with the app."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, job: Coroutine[Any, Any, Any]) -> None:
        """Run `job` in the background. What it raises is logged: the view-models turn expected failures into words."""
        task = asyncio.get_running_loop().create_task(self._guard(job))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def idle(self) -> None:
        """Return once nothing runs."""
        while self._running:
            await asyncio.wait(self._running)

    async def close(self) -> None:
        """Cancel what still runs and wait for its end."""
        running = tuple(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _guard(self, job: Coroutine[Any, Any, Any]) -> None:
        try:
            await job
        except Exception:  # noqa: BLE001 - the top of a task: it must not vanish, and it must not end the window
            _log.exception("a job of the window failed")
