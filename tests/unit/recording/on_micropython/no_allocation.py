"""The hot path of a clip under MicroPython itself, its heap locked from the second frame on: whoever allocates fails.

Event loop, clock, shutter, light proof, film, clip, draft and sealer are the real ones. The board is made of
memory that is there before. Sealing a whole chunk of 16 kB makes some small objects (hashes and views; MicroPython has
no hash that can be used twice), so the frames of the locked clips are small enough for one chunk, and what a chunk
takes is measured in another clip.
"""

import asyncio
import gc
import sys

import micropython
from no_allocation_board import Board, Journal, unlimited
from plainsight.recording.clip import Clip
from plainsight.shutter import Shutter
from plainsight.store import Store

FRAMES = 60


def made(board, level):
    """(store, clip) of a clip about to be recorded."""
    store = Store(sys.argv[1])
    store.open()
    store.set_owner(bytes(range(9, 41)))
    draft = store.begin("clip", "app", 1)
    clip = Clip(draft, "app", board.clock, Shutter(board, board.clock, level), store, Journal(), unlimited)
    return store, clip


class Lock:
    """Stands before a clip's keeper. (A closure would not do: with several variables its call allocates.)"""

    def __init__(self, clip, allocate):
        self._clip = clip
        self._keep = clip._keep
        self._allocate = allocate
        self._locked = False
        self.frames = 0

    def keep(self, view, time_ms):
        self._keep(view, time_ms)
        self.frames += 1
        if self.frames == 2:
            gc.collect()
            micropython.heap_lock()
            self._locked = True
        elif self.frames == FRAMES:
            self.open()
            self._clip.stop("done")
        if self._allocate and self.frames == 10:
            self._waste()

    def open(self):
        if self._locked:
            self._locked = False
            micropython.heap_unlock()

    def _waste(self):
        try:
            bytearray(10)
        except MemoryError:
            self.open()  # what follows may allocate again
            raise


async def record(level, allocate=False):
    """A clip of FRAMES frames with the heap locked from the second on; why it ended, and how many frames it had."""
    store, clip = made(Board(200), level)
    lock = Lock(clip, allocate)
    clip._keep = lock.keep
    try:
        taken, reason = await clip.run("qvga", 300, True, None)
    finally:
        lock.open()
    store.delete(taken["item"]["id"])
    return reason, lock.frames


async def weigh(level):
    """Bytes that a frame of 9 kB leaves to the collector, on average."""
    store, clip = made(Board(9000), level)
    keep = clip._keep
    weighed = []

    def watched(view, time_ms):
        keep(view, time_ms)
        weighed.append(gc.mem_alloc())
        if len(weighed) == FRAMES:
            clip.stop("done")

    clip._keep = watched
    gc.collect()
    gc.disable()
    taken, reason = await clip.run("qvga", 300, True, None)
    gc.enable()
    assert reason == "done"
    store.delete(taken["item"]["id"])
    return (weighed[-1] - weighed[9]) // (FRAMES - 10)


for level in ("software", "current", "optical"):
    reason, frames = asyncio.run(record(level))
    assert (reason, frames) == ("done", FRAMES), (level, reason, frames)
reason, frames = asyncio.run(record("optical", allocate=True))
assert (reason, frames) == ("storage_failed", 10), (reason, frames)  # the lock would have told
print("bytes per frame of 9 kB, all of them for sealing:", asyncio.run(weigh("optical")))
print("ok")
