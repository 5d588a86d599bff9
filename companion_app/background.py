"""Tasks that nobody awaits: each is kept, and what it fails with is told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from companion_app.errors import AppError

_log = logging.getLogger(__name__)


class Background:
    """`on_problem` hears of every AppError; anything else is a bug and goes into the log."""

    def __init__(self, on_problem: Callable[[AppError], None]) -> None:
        self._on_problem = on_problem
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, object]) -> asyncio.Task[None]:
        """Run `work`; the task itself never fails."""
        task = asyncio.create_task(self._run(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: work.close())  # one that was cancelled before its first step is not begun
        return task

    async def close(self) -> None:
        """Cancel everything and wait until it is gone."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except AppError as error:
            _log.info("in the background: %r", error)
            self._on_problem(error)
        except Exception:  # noqa: BLE001 - the top of a task, where a bug is logged
            _log.exception("a background task failed")
