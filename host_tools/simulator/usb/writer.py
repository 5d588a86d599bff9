"""Writes to a descriptor that may be full, without waiting and without losing bytes."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable


class Writer:
    """A queue in front of a non-blocking descriptor; `on_progress` runs whenever some of it has gone."""

    def __init__(self, descriptor: int, on_progress: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._on_progress = on_progress
        self._queue = bytearray()
        self._loop = asyncio.get_running_loop()
        self._armed = False

    @property
    def pending(self) -> int:
        """Bytes that wait."""
        return len(self._queue)

    def write(self, data: bytes) -> None:
        """Send what the descriptor takes now, and the rest as soon as it does."""
        self._queue += data
        self._send()

    def clear(self) -> None:
        """Forget what waits."""
        self._queue.clear()
        self._arm()

    def close(self) -> None:
        """Forget what waits and the descriptor, which its owner closes."""
        self.clear()
        self._descriptor = -1

    def _send(self) -> None:
        before = len(self._queue)
        while self._queue and self._descriptor >= 0:
            try:
                del self._queue[: os.write(self._descriptor, self._queue)]
            except BlockingIOError:
                break
            except OSError:  # the other end is gone
                self._queue.clear()
        self._arm()
        if len(self._queue) < before:
            self._on_progress()

    def _arm(self) -> None:
        wanted = bool(self._queue) and self._descriptor >= 0
        if wanted and not self._armed:
            self._loop.add_writer(self._descriptor, self._send)
        elif self._armed and not wanted:
            self._loop.remove_writer(self._descriptor)
        self._armed = wanted
