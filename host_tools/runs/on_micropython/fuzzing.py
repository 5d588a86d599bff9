"""Feeds one parser, and counts. Runs under both interpreters."""

import io
import random
import sys

_MOST_TOLD = 5
_LAST_LINES = 4  # of a traceback: where it ended


def feed(parser, seed, count):
    """{"inputs", "understood", "crashes": [text]}; each crash tells the seed of the very input."""
    understood, crashes, crashed = 0, [], 0
    for number in range(count):
        _begin(seed + number)
        try:
            understood += parser.take(parser.spoilt())
        except Exception as error:
            crashed += 1
            if len(crashes) < _MOST_TOLD:
                crashes.append("seed %d: %s" % (seed + number, "; ".join(_described(error)[-_LAST_LINES:])))
    return {"inputs": count, "understood": understood, "crashed": crashed, "crashes": crashes}


def _begin(seed):
    """MicroPython's generator is alike for neighbouring seeds, and slow to come away from small ones."""
    random.seed((seed * 2654435761 ^ 0x5BD1E995) & 0x3FFFFFFF)
    for _ in range(8):
        random.getrandbits(16)


def _described(error):
    if sys.implementation.name != "micropython":
        import traceback

        return "".join(traceback.format_exception(error)).split("\n")
    out = io.StringIO()
    sys.print_exception(error, out)
    return out.getvalue().strip().split("\n")
