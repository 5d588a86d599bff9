"""The glasses' own program with a clock that leaps when the world's does, and a line on the heap now and then.

Runs in place of the board's programs. `utime` counts in real time; everything that runs here sees it plus what was
skipped. A leap makes whatever is due happen, and then the world is told.
"""

import asyncio
import asyncio.core
import gc
import time

import utime
import worldlink

_HEAP_EVERY_MS = 60_000
_skipped_us = worldlink.call("clock", "skipped_us")
_leapt = asyncio.Event()


class Clock:
    """What the stand-ins take for `utime`."""

    def ticks_us(self):
        return utime.ticks_us() + _skipped_us

    def ticks_ms(self):
        return utime.ticks_ms() + _skipped_us // 1000

    def __getattr__(self, name):
        return getattr(utime, name)


def _leap(duration_us):
    global _skipped_us
    _skipped_us += duration_us
    _leapt.set()


async def _follow():
    """Say that a leap was followed, once all that it made due has had its turn."""
    worldlink.subscribe("clock", _leap)
    while True:
        await _leapt.wait()
        _leapt.clear()
        await asyncio.sleep_ms(0)
        await asyncio.sleep_ms(0)
        worldlink.call("clock", "caught_up")


async def _watch():
    """Print how much of the heap is alive, at moments when nothing much is."""
    while True:
        await asyncio.sleep_ms(_HEAP_EVERY_MS)
        gc.collect()
        print("heap", gc.mem_alloc())


_clock = Clock()
worldlink.utime = time.utime = _clock
time.ticks_us, time.ticks_ms = _clock.ticks_us, _clock.ticks_ms
asyncio.core.ticks = _clock.ticks_ms
_tasks = [asyncio.create_task(_follow()), asyncio.create_task(_watch())]

import boot  # noqa: E402, F401 - the board's own programs, in their order
import main  # noqa: E402, F401
