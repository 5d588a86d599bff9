"""Runs under both interpreters: what the kernels make of awkward sound, as hashes that must be the same.

Under MicroPython the viper kernel is also compared with the plain one, and a question takes sound with the heap locked.
"""

import binascii
import hashlib
import sys
from array import array

from plainsight.question import kernels_plain
from plainsight.question.backlog import PIECE_SAMPLES, Backlog
from plainsight.question.steps import STEPS

_MICROPYTHON = sys.implementation.name == "micropython"


def _noise(size, state):
    """Bytes of a 32-bit xorshift, the same everywhere."""
    out = bytearray(size)
    for index in range(size):
        state ^= state << 13 & 0xFFFFFFFF
        state ^= state >> 17
        state ^= state << 5 & 0xFFFFFFFF
        out[index] = state & 0xFF
    return out


def _encoded(kernels, pcm, first):
    """Codes and state, the sound given in two parts."""
    state = array("i", (32768, 0, 0, 0))
    count = len(pcm) // 2
    out = bytearray(count // 2 + 1)
    kernels.encode(pcm, out, state, STEPS, first)
    kernels.encode(pcm[2 * first :], out, state, STEPS, count - first)
    return bytes(out) + bytes(state)


def _pieces(pcm, block):
    backlog = Backlog()
    left = b""
    for start in range(0, len(pcm), 2 * block):
        part = pcm[start : start + 2 * block]
        backlog.put(part, len(part) // 2)
    backlog.finish()
    while backlog.waiting:
        left += bytes(backlog.oldest())
        backlog.drop()
    return left


def _compare_kernels(pcm):
    from plainsight.question import kernels_viper

    for first in (0, 1, 7, len(pcm) // 2):
        if _encoded(kernels_plain, pcm, first) != _encoded(kernels_viper, pcm, first):
            raise AssertionError("the kernels differ")


def _check_that_taking_allocates_nothing():
    import asyncio

    import micropython
    from plainsight.question import Question

    class Yes:
        phone = True

        def may_send(self):
            return True

        def muted(self):
            return False

        def ms(self):
            return 0

        def diff(self, end, start):
            return end - start

    yes = Yes()

    async def _take():
        question = Question(yes, yes, yes, None, None)
        question.connected = lambda: yes
        block = memoryview(_noise(2 * 384, 0x1234567))
        if not question.begin():
            raise AssertionError("it did not begin")
        micropython.heap_lock()
        for _ in range(40):
            question.take(block, 384)
        micropython.heap_unlock()
        if not question.is_open:
            raise AssertionError("it ended")

    asyncio.run(_take())


def _main():
    cases = {
        "silence": bytes(2 * 1600),
        "loudest": b"\xff\x7f" * 1600,
        "lowest": b"\x00\x80" * 1600,
        "square": (b"\xff\x7f" * 40 + b"\x00\x80" * 40) * 20,
        "noise": _noise(2 * 4000, 0x2545F491),
        "faint": bytes([0, 0, 1, 0, 255, 255, 2, 0]) * 400,
    }
    for name in sorted(cases):
        pcm = bytearray(cases[name])
        pieces = _pieces(pcm, PIECE_SAMPLES // 2)
        print(name, binascii.hexlify(hashlib.sha256(pieces).digest()).decode())
        if _MICROPYTHON:
            _compare_kernels(pcm)
    if _MICROPYTHON:
        _check_that_taking_allocates_nothing()


_main()
