"""The hot path of a clip under MicroPython itself, its heap locked from the second frame on: whoever allocates fails.

Event loop, clock, shutter, light proof, film, clip, draft and sealer are the real ones. The board is made here, of
memory that is there before. Sealing a whole chunk of 16 kB makes some small objects (hashes and views; MicroPython has
no hash that can be used twice), so the frames of the locked clips are small enough for one chunk, and what a chunk
takes is measured in another clip.
"""

import asyncio
import gc
import sys

import micropython
from plainsight.clock import Clock
from plainsight.recording.clip import Clip
from plainsight.shutter import Shutter
from plainsight.store import Store

FRAMES = 60
LIGHT_HZ = 4000


class Camera:
    """A new frame five milliseconds after the buffer was released, always in the same memory."""

    def __init__(self, board):
        self._board = board
        self._memory = bytearray(board.frame_bytes)
        self._memory[:2] = b"\xff\xd8"
        self._memory[-2:] = b"\xff\xd9"
        self._view = memoryview(self._memory)
        self._freed_us = board.clock.us()

    def free_buffer(self):
        self._freed_us = self._board.clock.us()

    def frame_available(self):
        clock = self._board.clock
        return clock.diff(clock.us(), self._freed_us) > 5000

    def capture(self):
        self._view[2] = (self._view[2] + 1) & 0xFF
        return self._view

    def deinit(self):
        pass


class Board:
    """A light that always shines, and senses that see it."""

    light_hz = LIGHT_HZ
    light_sense_nominal_mv = 200

    def __init__(self, frame_bytes):
        self.frame_bytes = frame_bytes
        self.clock = Clock(self)
        self._lit = False
        self._lit_us = 0

    def now_s(self):
        return 1_800_000_000

    def open_camera(self, size):
        return Camera(self)

    def light_on(self, modulated):
        self._lit = True
        self._lit_us = self.clock.us()

    def light_off(self):
        self._lit = False

    def light_sense_mv(self):
        return 200 if self._lit else 0

    def light_pulses(self):
        return self.clock.diff(self.clock.us(), self._lit_us) // (1_000_000 // LIGHT_HZ) if self._lit else 0

    def wipe(self, view):
        pass


class Journal:
    """Takes every record."""

    def append(self, record, **data):
        pass


def unlimited():
    return ""


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
