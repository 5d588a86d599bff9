"""The WAV files that programs write: mono, 16 bit, a rate that is known beforehand, a length that may be untrue."""

from __future__ import annotations

import numpy as np

from host_tools.keyword.voices.saying import Wave

_HEADER_BYTES = 44


class BadWav(Exception):
    """The bytes are no such file; the text says why."""


def read_wav(content: bytes, rate_hz: int) -> Wave:
    """Its samples, full scale 1. A program that writes to a pipe cannot go back to fill in the length, so the data go
    to the end. Raises BadWav.
    """
    if len(content) < _HEADER_BYTES or content[:4] != b"RIFF" or content[36:40] != b"data":
        raise BadWav("what it wrote is no WAV")
    channels, rate = int.from_bytes(content[22:24], "little"), int.from_bytes(content[24:28], "little")
    bits = int.from_bytes(content[34:36], "little")
    if (channels, rate, bits) != (1, rate_hz, 16):
        raise BadWav(f"what it wrote has {channels} channels, {rate} Hz, {bits} bits")
    samples = np.frombuffer(content[_HEADER_BYTES : len(content) - len(content) % 2], "<i2")
    return samples.astype(np.float32) / np.float32(32768)
