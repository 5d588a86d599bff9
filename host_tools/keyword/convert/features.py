"""From the front end's numbers to the network's bytes: one product in whole numbers, checked for every number."""

from __future__ import annotations

import math

from host_tools.keyword.convert.errors import WrongFeatures

RAW_SCALE = 0.0390625  # a feature as the training saw it, over the front end's number: 1 / 25.6
_SHIFT = 16
_HALF = 128
_ALL = range(1 << 16)


def quantised(raw: int, scale: float, zero_point: int) -> int:
    """The definition: rounded to the nearest, ties to even, and held in a byte (unsigned here)."""
    return max(0, min(255, round(raw * RAW_SCALE / scale + zero_point) + _HALF))


def integers(scale: float, zero_point: int) -> tuple[int, int]:
    """(factor, offset) so that (raw * factor + offset) >> 16, held in a byte, is that. Raises WrongFeatures."""
    factor = round(RAW_SCALE / scale * (1 << _SHIFT))
    wanted = [quantised(raw, scale, zero_point) for raw in _ALL]
    middle = ((zero_point + _HALF) << _SHIFT) + (1 << _SHIFT - 1)
    if 0 < factor < 32768:
        for offset in _nearby(middle, factor):
            if all(
                max(0, min(255, (raw * factor + offset) >> _SHIFT)) == byte
                for raw, byte in zip(_ALL, wanted, strict=True)
            ):
                return factor, offset
    raise WrongFeatures(f"features quantised by {scale:g} and {zero_point}")


def _nearby(middle: int, factor: int) -> list[int]:
    step = max(1, math.isqrt(factor) // 8)
    return [middle + sign * distance for distance in range(0, factor // 2, step) for sign in (1, -1)]
