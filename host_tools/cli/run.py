"""Runs a coroutine as the body of a command, so that Ctrl-C and termination unwind it and leave no process behind."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

from host_tools.exits import Exit


def run_async(job: Coroutine[Any, Any, int]) -> int:
    """Run `job` to its exit code. SIGINT raises KeyboardInterrupt after the job has unwound, SIGTERM returns 143."""
    return asyncio.run(_until_ended(job))


async def _until_ended(job: Coroutine[Any, Any, int]) -> int:
    task = asyncio.ensure_future(job)
    terminated = False

    def terminate() -> None:
        nonlocal terminated
        terminated = True
        task.cancel()

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, terminate)
    try:
        return await task
    except asyncio.CancelledError:
        if not terminated:
            raise
        return Exit.TERMINATED
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
