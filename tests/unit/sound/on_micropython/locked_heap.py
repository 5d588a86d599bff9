"""Runs under MicroPython: with the heap locked, the microphone is read block by block. Prints ok."""

import micropython
from plainsight.sound.microphone import BLOCK_BYTES, BLOCK_SAMPLES, Microphone


class Yes:
    """The policy."""

    def may_listen(self):
        return True


class Clock:
    """Stands still."""

    def us(self):
        return 0

    def diff(self, end, start):
        return end - start


class Input:
    """Always full."""

    def readinto(self, buffer):
        return len(buffer)


class Board:
    """Not muted."""

    microphone_is_pdm = True

    def muted(self):
        return False

    def open_microphone(self, ring_bytes):
        return Input()


def _main():
    microphone = Microphone(Board(), Clock(), Yes())
    microphone.open()
    buffer = bytearray(BLOCK_BYTES)
    micropython.heap_lock()
    for _ in range(50):
        if microphone.read_into(buffer) != BLOCK_SAMPLES:
            raise AssertionError("not a whole block")
    micropython.heap_unlock()
    print("ok")


_main()
