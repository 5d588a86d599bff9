"""From the front end's numbers to the network's bytes: a table, as long as it takes to reach the largest byte."""

from __future__ import annotations

from host_tools.keyword.convert.errors import WrongFeatures

RAW_SCALE = 0.0390625  # a feature as the training saw it, over the front end's number: 1 / 25.6
_HALF = 128
_MOST_ENTRIES = 4096  # the published models take 666


def quantised(raw: int, scale: float, zero_point: int) -> int:
    """The byte (unsigned) of a number: rounded to the nearest, ties to even, and held in a byte."""
    return max(0, min(255, round(raw * RAW_SCALE / scale + zero_point) + _HALF))


def table(scale: float, zero_point: int) -> bytes:
    """The bytes of 0, 1, 2, …; larger numbers have the last one's. Raises WrongFeatures."""
    entries = bytearray()
    for raw in range(_MOST_ENTRIES):
        entries.append(quantised(raw, scale, zero_point))
        if entries[-1] == 255:
            return bytes(entries)
    raise WrongFeatures(f"features quantised by {scale:g} and {zero_point}")
