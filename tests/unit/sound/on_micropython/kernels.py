"""Runs under both interpreters: what the decimator makes of awkward bits, as hashes that must be the same.

Under MicroPython the kernels in viper are also compared with the plain ones, and a block must not allocate.
"""

import binascii
import hashlib
import sys

from plainsight.sound import kernels_plain, pdm
from plainsight.sound.decimator import Decimator

_BLOCK = 64
_MICROPYTHON = sys.implementation.name == "micropython"


def _noise(size, state):
    """Bits of a 32-bit xorshift, the same everywhere."""
    out = bytearray(size)
    for index in range(size):
        state ^= state << 13 & 0xFFFFFFFF
        state ^= state >> 17
        state ^= state << 5 & 0xFFFFFFFF
        out[index] = state & 0xFF
    return out


def _pcm(bits, piece):
    """The PCM of the bits, fed in pieces of so many bytes."""
    decimator = Decimator(_BLOCK)
    out = bytearray(2 * _BLOCK)
    pcm = b""
    for start in range(0, len(bits), piece):
        part = bits[start : start + piece]
        decimator.room()[: len(part)] = part
        pcm += bytes(out[: 2 * decimator.run(len(part), out)])
    return pcm


def _compare_kernels(bits):
    from array import array

    from plainsight.sound import kernels_viper

    table = pdm.cic_table()
    count = len(bits) // pdm.PDM_BYTES_PER_PCM - 4
    made = []
    for kernels in (kernels_plain, kernels_viper):
        middle = array("H", bytes(2 * (2 * count + 30)))
        dc = array("I", [pdm.DC_MIDDLE])
        out = bytearray(2 * count)
        kernels.cic(bits, table, middle, 30, 2 * count)
        kernels.fir(middle, out, dc, count)
        made.append((bytes(middle), bytes(out), dc[0]))
        words = array("I", [pdm.WORDS_MIDDLE])
        kernels.pcm(bits, out, words, count)
        made[-1] += (bytes(out), words[0])
    if made[0] != made[1]:
        raise AssertionError("the kernels differ")


def _check_that_a_block_allocates_nothing():
    import micropython

    decimator = Decimator(_BLOCK)
    out = bytearray(2 * _BLOCK)
    micropython.heap_lock()
    decimator.room()
    made = decimator.run(_BLOCK * pdm.PDM_BYTES_PER_PCM, out)
    micropython.heap_unlock()
    if made != _BLOCK:
        raise AssertionError("not a whole block")


def _main():
    cases = {
        "ones": b"\xff" * 4096,
        "zeros": bytes(4096),
        "alternating": b"\x55" * 4096,
        "square": (b"\xff" * 64 + bytes(64)) * 32,
        "noise": _noise(16384, 0x2545F491),
        "clipped": (b"\xff" * 512 + b"\x7f\x55" * 256 + bytes(512)) * 8,
    }
    for name in sorted(cases):
        bits = bytearray(cases[name])
        print(name, binascii.hexlify(hashlib.sha256(_pcm(bits, 1024)).digest()).decode())
        if _pcm(bits, 1024) != _pcm(bits, 328):
            raise AssertionError("the pieces can be heard")
        if _MICROPYTHON:
            _compare_kernels(bits)
    if _MICROPYTHON:
        _check_that_a_block_allocates_nothing()


_main()
