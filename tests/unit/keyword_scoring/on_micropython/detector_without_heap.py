"""Runs under MicroPython: feeds the real detector with the heap locked (any allocation is a MemoryError), in blocks."""

import sys

import micropython
from plainsight.keyword.detector import Detector
from plainsight.keyword.model import read


def hear(detector, block):
    for size in (384, 96, 1, 383, 160, 31, 320, 384, 384, 384, 384, 7):
        for _ in range(20):
            detector.feed(block, size)


def remembered(detector, sound, sizes):
    """What the network holds behind this sound, in blocks of these sizes."""
    detector.reset()
    at = turn = 0
    while at < len(sound) // 2:
        size = min(sizes[turn % len(sizes)], len(sound) // 2 - at)
        detector.feed(memoryview(sound)[2 * at :], size)
        at, turn = at + size, turn + 1
    return bytes(detector._network.arena)


with open(sys.argv[1], "rb") as file:
    detector = Detector(read(file.read()))
block = bytearray(768)
for index in range(len(block)):
    block[index] = index * 37 & 0xFF
micropython.heap_lock()
hear(detector, block)
micropython.heap_unlock()
print("heard without heap")
sound = bytearray(index * index * 7 >> (index >> 9 & 7) & 0xFF for index in range(32000))
whole = remembered(detector, sound, (480,))
if whole != remembered(detector, sound[:-640], (480,)) and all(
    remembered(detector, sound, sizes) == whole for sizes in ((384,), (1, 159, 7), (96, 333))
):
    print("the same in all blocks")
