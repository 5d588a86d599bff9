"""Runs under MicroPython: feeds the real detector with the heap locked; any allocation is a MemoryError."""

import sys

import micropython
from plainsight.keyword.detector import Detector
from plainsight.keyword.model import read


def hear(detector, block):
    for size in (384, 96, 1, 383, 160, 31, 320, 384, 384, 384, 384, 7):
        for _ in range(20):
            detector.feed(block, size)


with open(sys.argv[1], "rb") as file:
    detector = Detector(read(file.read()))
block = bytearray(768)
for index in range(len(block)):
    block[index] = index * 37 & 0xFF
micropython.heap_lock()
hear(detector, block)
micropython.heap_unlock()
print("heard without heap")
