"""An ear that takes a tone of 2 kHz for the keyword, in the place of the network; imported on the virtual board."""

import struct

from plainsight.keyword.words import Words

_PERIOD = 8  # samples of 2 kHz at 16 kHz
_LOUD = 300
_LOOKED_AT = 48  # places in a block
_BLOCKS = 4  # of tone, 24 ms each, and then one without


class Tone:
    """A detector, as plainsight.keyword.detector is one: the word is over when the tone is."""

    def __init__(self):
        self._heard = 0

    def reset(self):
        self._heard = 0

    def feed(self, block, count):
        amplitude = difference = 0
        for place in range(0, 5 * _LOOKED_AT, 5):
            if place + _PERIOD < count:
                here = struct.unpack_from("<h", block, 2 * place)[0]
                amplitude += abs(here)
                difference += abs(here - struct.unpack_from("<h", block, 2 * (place + _PERIOD))[0])
        if amplitude > _LOUD * _LOOKED_AT and 3 * difference < amplitude:
            self._heard += 1
            return -1
        word = 0 if self._heard >= _BLOCKS else -1
        self._heard = 0
        if word == 0:
            print("word heard")
        return word


def listen_for_a_tone(glasses):
    """Let the listener of these glasses, which run, hear tones instead of words."""
    glasses._parts.listener._load = lambda: Words(Tone(), ["tone"], ["capture"])
