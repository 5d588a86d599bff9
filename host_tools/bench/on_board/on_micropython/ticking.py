"""Stands before every script of this folder: loads the application and times calls by the board's own ticks.

A script calls `answer` once, with lists of whole numbers by name; who sends it has defined that (host_tools/cable).
"""

import gc
import time

import loader
import machine

loader.visit()
machine.freq(240_000_000)  # as the glasses do


def samples_us(act, rounds):
    """Microseconds of each of `rounds` calls of act(), a collection before each."""
    found = []
    for _ in range(rounds):
        gc.collect()
        begun = time.ticks_us()
        act()
        found.append(time.ticks_diff(time.ticks_us(), begun))
    return found
