"""Runs under MicroPython: with the heap locked, two ears hear the same microphone block by block. Prints ok."""

import micropython
from plainsight.sound.ears import Ears
from plainsight.sound.microphone import BLOCK_SAMPLES, Microphone


class Always:
    """Board, clock and policy: it is allowed, and the input is full."""

    microphone_is_pdm = True

    def may_listen(self):
        return True

    may_send = may_listen

    def muted(self):
        return False

    def us(self):
        return 0

    def diff(self, end, start):
        return end - start

    def open_microphone(self, ring_bytes):
        return self

    def readinto(self, buffer):
        return len(buffer)


def _main():
    always = Always()
    ears = Ears(always, Microphone(always, always, always), always)
    quick, slow = ears.ear(True), ears.ear(False)
    quick.open()
    slow.open()
    micropython.heap_lock()
    for _ in range(100):
        if quick.next() != BLOCK_SAMPLES or quick.next() != BLOCK_SAMPLES or slow.next() != BLOCK_SAMPLES:
            raise AssertionError("not a whole block")
    micropython.heap_unlock()
    print("ok")


_main()
