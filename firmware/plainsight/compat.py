"""Where MicroPython and CPython differ, and nowhere else: ticks, time limits, IRQ flags, `const`, `same`, flush."""

import asyncio
import os
import sys
import time

MICROPYTHON = sys.implementation.name == "micropython"

urandom = os.urandom
Timeout = asyncio.TimeoutError

# What an IRQ handler sets and one task waits for with wait() then clear(). Where handlers run only at an await (the
# unix port, CPython) a plain Event does, and a waiting ThreadSafeFlag would cost 1 ms at every sleep.
IrqFlag = asyncio.ThreadSafeFlag if sys.platform == "esp32" else asyncio.Event

if MICROPYTHON:
    from micropython import const

    ticks_ms = time.ticks_ms
    ticks_us = time.ticks_us
    ticks_diff = time.ticks_diff
    ticks_add = time.ticks_add
    sleep_ms = asyncio.sleep_ms
    wait_for_ms = asyncio.wait_for_ms

    def flush(file) -> None:
        """Write buffered bytes of an open file to the medium."""
        file.flush()

    def same(left: bytes | bytearray, right: bytes | bytearray) -> bool:
        """Equality in a time that does not depend on where two byte strings differ."""
        difference = len(left) ^ len(right)
        for index in range(min(len(left), len(right))):
            difference |= left[index] ^ right[index]
        return difference == 0

else:
    import hmac

    # The ESP32 port counts ticks modulo 2**30: the same here, so that tests meet the wrap.
    _TICKS_MASK = (1 << 30) - 1
    _TICKS_HALF = 1 << 29

    same = hmac.compare_digest

    def const(value):
        """The compiler folds this on MicroPython; here it is the identity."""
        return value

    def ticks_ms() -> int:
        """Milliseconds, modulo 2**30."""
        return time.monotonic_ns() // 1_000_000 & _TICKS_MASK

    def ticks_us() -> int:
        """Microseconds, modulo 2**30."""
        return time.monotonic_ns() // 1000 & _TICKS_MASK

    def ticks_diff(end: int, start: int) -> int:
        """Signed ticks from `start` to `end`, right across the wrap."""
        return ((end - start + _TICKS_HALF) & _TICKS_MASK) - _TICKS_HALF

    def ticks_add(ticks: int, delta: int) -> int:
        """The tick value `delta` after `ticks`."""
        return (ticks + delta) & _TICKS_MASK

    async def sleep_ms(duration_ms: int) -> None:
        """Let other tasks run for at least this long."""
        await asyncio.sleep(duration_ms / 1000)

    async def wait_for_ms(awaitable, timeout_ms: int):
        """The result of `awaitable`; raises Timeout and cancels it after `timeout_ms`."""
        return await asyncio.wait_for(awaitable, timeout_ms / 1000)

    def flush(file) -> None:
        """Write buffered bytes of an open file to the medium."""
        file.flush()
        os.fsync(file.fileno())
