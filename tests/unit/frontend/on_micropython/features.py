"""Runs under MicroPython: `features.py PCM OUT` writes the frames of s16le, every hop with the heap locked."""

import sys

import micropython
from plainsight.frontend.frontend import Frontend


def _main():
    frontend = Frontend()
    block = bytearray(320)
    with open(sys.argv[1], "rb") as pcm, open(sys.argv[2], "wb") as out:
        while pcm.readinto(block) == 320:
            micropython.heap_lock()
            new = frontend.push(block, 0)
            micropython.heap_unlock()
            if new:
                out.write(bytes(frontend.features))


_main()
