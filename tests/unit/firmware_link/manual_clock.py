"""A clock that stands still until a test moves it."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable

_STEP_MS = 250
_YIELDS = 60  # turns that every waiting task gets between two steps


async def others() -> None:
    """Let every other task run until none has anything to do at once."""
    for _ in range(_YIELDS):
        await asyncio.sleep(0)


class ManualClock:
    """The five methods of `plainsight.clock.Clock`, on a time of its own."""

    def __init__(self) -> None:
        self.now_ms = 1_000
        self._order = itertools.count()
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []

    def ms(self) -> int:
        return self.now_ms

    def us(self) -> int:
        return self.now_ms * 1000

    def diff(self, end: int, start: int) -> int:
        return end - start

    def unix_s(self) -> int:
        return 1_800_000_000 + self.now_ms // 1000

    async def sleep_ms(self, duration_ms: int) -> None:
        wake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now_ms + duration_ms, next(self._order), wake))
        await wake

    async def advance(self, duration_ms: int) -> None:
        """Move on in steps, waking each sleeper when its time has come."""
        end_ms = self.now_ms + duration_ms
        await others()
        while self.now_ms < end_ms:
            self.now_ms = min(end_ms, self.now_ms + _STEP_MS)
            while self._sleepers and self._sleepers[0][0] <= self.now_ms:
                wake = heapq.heappop(self._sleepers)[2]
                if not wake.done():
                    wake.set_result(None)
            await others()

    async def until(self, done: Callable[[], bool], most_ms: int) -> int:
        """Move on until `done()`; returns how long that took. Fails the test after `most_ms`."""
        begun_ms = self.now_ms
        while not done():
            assert self.now_ms - begun_ms < most_ms, "it never happened"
            await self.advance(_STEP_MS)
        return self.now_ms - begun_ms
