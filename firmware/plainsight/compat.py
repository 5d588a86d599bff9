"""Where MicroPython and CPython differ, and nowhere else: ticks, files, tracebacks, IRQ flags, `const`, `same`."""

import asyncio
import io
import os
import sys
import time

MICROPYTHON = sys.implementation.name == "micropython"

urandom = os.urandom

# What an IRQ handler sets and one task waits for with wait() then clear(). Where handlers run only at an await (the
# unix port, CPython) a plain Event does, and a waiting ThreadSafeFlag would cost 1 ms at every sleep.
IrqFlag = asyncio.ThreadSafeFlag if sys.platform == "esp32" else asyncio.Event

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO, TypeVar

    _T = TypeVar("_T")

    def const(value: _T) -> _T:
        """A constant that MicroPython's compiler folds."""
        ...

    def ticks_ms() -> int:
        """Milliseconds that wrap."""
        ...

    def ticks_us() -> int:
        """Microseconds that wrap."""
        ...

    def ticks_diff(end: int, start: int) -> int:
        """Signed ticks from `start` to `end`, right across the wrap."""
        ...

    def ticks_add(ticks: int, delta: int) -> int:
        """The tick value `delta` after `ticks`."""
        ...

    async def sleep_ms(duration_ms: int) -> None:
        """Let other tasks run for at least this long."""
        ...

    def flush(file: BinaryIO) -> None:
        """Write buffered bytes of an open file to the medium."""
        ...

    def ilistdir(path: str) -> "Iterator[tuple[str, int, int, int]]":
        """(name, 0x4000 folder or 0x8000 file, 0, size) of what lies in a folder."""
        ...

    def innermost(error: BaseException) -> str:
        """`file.py:line` of the frame that raised, "" where that is not known."""
        ...

    def same(left: bytes | bytearray, right: bytes | bytearray) -> bool:
        """Equality in a time that does not depend on where two byte strings differ."""
        ...

elif MICROPYTHON:
    from micropython import const

    ticks_ms = time.ticks_ms
    ticks_us = time.ticks_us
    ticks_diff = time.ticks_diff
    ticks_add = time.ticks_add
    sleep_ms = asyncio.sleep_ms
    ilistdir = os.ilistdir

    def innermost(error):
        text = io.StringIO()
        sys.print_exception(error, text)
        place = ""
        for line in text.getvalue().split("\n"):
            if line.startswith("  File "):  # File "plainsight/store.py", line 12, in open
                path, number = line[len("  File ") :].split(", ")[:2]
                place = path.strip('"').split("/")[-1] + ":" + number.split(" ")[1]
        return place

    def flush(file):
        file.flush()

    def same(left, right):
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
        return value

    def innermost(error):
        trace, place = error.__traceback__, ""
        while trace is not None:
            place = trace.tb_frame.f_code.co_filename.split("/")[-1] + ":" + str(trace.tb_lineno)
            trace = trace.tb_next
        return place

    def ticks_ms():
        return time.monotonic_ns() // 1_000_000 & _TICKS_MASK

    def ticks_us():
        return time.monotonic_ns() // 1000 & _TICKS_MASK

    def ticks_diff(end, start):
        return ((end - start + _TICKS_HALF) & _TICKS_MASK) - _TICKS_HALF

    def ticks_add(ticks, delta):
        return (ticks + delta) & _TICKS_MASK

    async def sleep_ms(duration_ms):
        await asyncio.sleep(duration_ms / 1000)

    def flush(file):
        file.flush()
        os.fsync(file.fileno())

    def ilistdir(path):
        for entry in os.scandir(path):
            yield entry.name, 0x4000 if entry.is_dir() else 0x8000, 0, entry.stat().st_size
