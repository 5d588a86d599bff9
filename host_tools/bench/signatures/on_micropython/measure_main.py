"""Verifies one signature of a scheme several times and prints one line of figures. Runs under MicroPython.

One line on stdin: scheme, key, message, signature, rounds (bytes in hex). The line on stdout: scheme, us in all
(median), longest stretch without a pause in us (the least of the rounds: the computer has other things to do too),
live heap at the most, bytes allocated in all, us of a loop of 100,000 turns, the measure of this interpreter here.
"""

import asyncio
import gc
import sys
import time

_TURNS = 100_000


class Stretches:
    """A pause that measures what lies between two of it; with `collecting` the heap instead."""

    def __init__(self, collecting):
        self._collecting = collecting
        self.longest_us = self.most_live = 0
        self._since = time.ticks_us()

    async def pause(self):
        if self._collecting:
            gc.collect()
            self.most_live = max(self.most_live, gc.mem_alloc())
        else:
            self.longest_us = max(self.longest_us, time.ticks_diff(time.ticks_us(), self._since))
            self._since = time.ticks_us()


def timed(verify, arguments):
    gc.collect()
    stretches = Stretches(False)
    began = time.ticks_us()
    assert asyncio.run(verify(*arguments, stretches.pause))
    return time.ticks_diff(time.ticks_us(), began), stretches.longest_us


def live(verify, arguments):
    gc.collect()
    before = gc.mem_alloc()
    stretches = Stretches(True)
    assert asyncio.run(verify(*arguments, stretches.pause))
    return stretches.most_live - before


def allocated(verify, arguments):
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    assert asyncio.run(verify(*arguments, Stretches(False).pause))
    after = gc.mem_alloc()
    gc.enable()
    return after - before


def loop():
    began = time.ticks_us()
    count = 0
    while count < _TURNS:
        count += 1
    return time.ticks_diff(time.ticks_us(), began)


def main(scheme, *arguments):
    if scheme == "lms":
        from plainsight.update.lms import verify
    else:
        verify = __import__(scheme).verify
    given = [bytes.fromhex(argument) for argument in arguments[:3]]
    rounds = [timed(verify, given) for _ in range(int(arguments[3]))]
    total = sorted([each[0] for each in rounds])[len(rounds) // 2]
    spoilt = given[:2] + [given[2][:-1] + bytes((given[2][-1] ^ 1,))]  # noqa: RUF005 - no stars in displays here
    assert not asyncio.run(verify(*spoilt, Stretches(False).pause))
    print(
        scheme,
        total,
        min([each[1] for each in rounds]),
        live(verify, given),
        allocated(verify, given),
        min([loop() for _ in range(3)]),
    )


main(*sys.stdin.readline().split())
