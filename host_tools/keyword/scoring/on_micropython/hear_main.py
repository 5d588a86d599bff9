"""Runs under MicroPython: hears recordings with the firmware's own detector. Pipes in and out, little-endian.

In: u32 size and bytes of a model; then for each recording u32 samples and s16le. Out: u16 size and text of what is
wrong with the model (0: nothing); then for each recording u32 steps, u32 words recognised, for each u32 step and u32
word, and the network's outputs, one byte a word and step.
"""

import struct
import sys

from plainsight.keyword.detector import Detector
from plainsight.keyword.errors import BadModel
from plainsight.keyword.model import read

_BLOCK_SAMPLES = 480  # at most one step of the network
_SIZE = struct.calcsize("<I")


def main():
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    try:
        model = read(_exactly(source, _number(source)))
    except BadModel as bad:
        reason = str(bad).encode()
        sink.write(struct.pack("<H", len(reason)) + reason)
        return
    sink.write(struct.pack("<H", 0))
    detector, block = Detector(model), bytearray(2 * _BLOCK_SAMPLES)
    while True:
        samples = _number(source)
        if samples < 0:
            return
        sink.write(_hear(detector, source, samples, memoryview(block), len(model.words)))


def _hear(detector, source, samples, block, words):
    """One recording, from silence; everything about it as bytes."""
    detector.reset()
    outputs, recognised = bytearray(), []
    while samples:
        count = min(samples, _BLOCK_SAMPLES)
        if source.readinto(block[: 2 * count]) != 2 * count:
            raise EOFError
        samples -= count
        before = detector.steps
        word = detector.feed(block, count)
        if detector.steps != before:
            outputs.extend(detector.outputs)
        if word >= 0:
            recognised.append(struct.pack("<II", detector.steps - 1, word))
    return struct.pack("<II", len(outputs) // words, len(recognised)) + b"".join(recognised) + outputs


def _number(source):
    """The next u32, -1 at the end."""
    content = source.read(_SIZE)
    return struct.unpack("<I", content)[0] if len(content) == _SIZE else -1


def _exactly(source, size):
    content = source.read(size)
    if len(content) != size:
        raise EOFError
    return content


main()
