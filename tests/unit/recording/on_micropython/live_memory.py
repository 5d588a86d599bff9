"""A live session under MicroPython itself: its loop runs on a locked heap, and no frame is copied as a whole.

Event loop, clock, shutter, light proof, film, session and the frame on its way are the real ones; the board is that of
no_allocation.py. The heap is locked while nobody wants a frame, and from each wish until the frame is proven.
"""

import asyncio
import gc
import sys

import micropython
from no_allocation_board import Board, Journal, unlimited
from plainsight.errors import Refused
from plainsight.recording.live import Live
from plainsight.recording.live_frame import LiveFrame
from plainsight.shutter import Shutter

POLLS = 12  # on a locked heap, each time nobody wants a frame
FRAMES = 20
FRAME_BYTES = 9000
PIECE = bytearray(4080)


class Watch:
    """Stands before the session's `ended` and `show`, and locks the heap."""

    def __init__(self, live, allocate):
        self._live = live
        self._ended = live.ended
        self._show = live.show
        self._allocate = allocate
        self._locked = False
        self._polls = 0
        self.locks = 0
        self.rested = asyncio.Event()
        live.ended = self.ended
        live.show = self.show

    def ended(self):
        if self._live.wanted and not self._live.holding:
            self._lock()
        elif not self._live.wanted:
            self._polls += 1
            if self._polls == 2:
                self._lock()
                if self._allocate:
                    self._waste()
            elif self._polls == POLLS:
                self.open()
                self.rested.set()
        return self._ended()

    def show(self, view, time_ms, wanted):
        self.open()
        self._polls = 0
        self._show(view, time_ms, wanted)

    def open(self):
        if self._locked:
            self._locked = False
            micropython.heap_unlock()

    def _lock(self):
        if not self._locked:
            gc.collect()
            micropython.heap_lock()
            self._locked = True
            self.locks += 1

    def _waste(self):
        try:
            bytearray(10)
        except MemoryError:
            self.open()
            self.rested.set()
            raise


async def pull(live, scratch):
    """One frame; its pieces leave for nowhere."""
    frame = LiveFrame(live)
    await frame.answer(scratch)
    frame.leaves()
    for offset in range(0, frame.size, len(PIECE)):
        piece = memoryview(PIECE)[: min(len(PIECE), frame.size - offset)]
        frame.read_into(offset, piece)
        frame.sent(piece)
    frame.close()


def nobody():
    return None


async def look(level, frames, watched=True, allocate=False):
    """(why it ended, bytes that a frame left to the collector, how often the heap was locked)."""
    board = Board(FRAME_BYTES)
    live = Live(board.clock, Shutter(board, board.clock, level), Journal(), unlimited, nobody, 600)
    watch = Watch(live, allocate) if watched else None
    running = asyncio.create_task(live.run("vga"))
    await live.ready.wait()
    scratch = bytearray(4096)
    weighed = []
    try:
        for _ in range(frames):
            if watch is not None:
                await watch.rested.wait()
                watch.rested.clear()
            await pull(live, scratch)
            if watch is None:
                weighed.append(gc.mem_alloc())
        live.stop("done")
        reason = await running
    finally:
        if watch is not None:
            watch.open()
    left = (weighed[-1] - weighed[4]) // (len(weighed) - 5) if weighed else 0
    return reason, left, watch.locks if watch is not None else 0


for level in ("software", "current", "optical"):
    reason, _, locks = asyncio.run(look(level, 3))
    assert (reason, locks) == ("done", 6), (level, reason, locks)  # once while nobody wanted a frame, once per wish
try:
    asyncio.run(look("optical", 1, allocate=True))
except Refused as refused:
    if refused.code != "not_live":  # which is how the lock tells: the session ended
        raise
else:
    sys.exit("the lock would not have told")
gc.collect()
gc.disable()
reason, left, _ = asyncio.run(look("optical", FRAMES, watched=False))
gc.enable()
assert reason == "done", reason
print("bytes per frame of 9 kB:", left)
print("ok")
