"""From the scales of tensors to what a kernel multiplies by: TFLite's rounding, in 32 bits. docs/keyword-model.md."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

from host_tools.keyword.convert.errors import UnsupportedQuantisation

BIAS = 1 << 29  # added to what must not be negative in the file
_PIECE_BITS = 10
_MOST = (1 << 21) - 1  # times a piece of 10 bits: 31 bits
_ROOM = 1 << 13  # for what is added to the product
_LARGEST_SHIFT = 21
_BYTE = 255


@dataclass(frozen=True)
class Rounding:
    """How a layer's sums become bytes; `twice` as convolutions round, else once as fully connected layers do."""

    zero: int
    low: int
    twice: bool

    @property
    def up(self) -> int:
        """Added before the last shift, in 2 ** 20ths of the product."""
        return 1 << _PIECE_BITS if self.twice else 0

    @property
    def down(self) -> int:
        """Taken from that for negative sums."""
        return 2 << _PIECE_BITS if self.twice else 0


@dataclass(frozen=True)
class Multiplier:
    """`mantissa` / 2 ** (31 + `shift`): a factor as TFLite's QuantizeMultiplier has it."""

    mantissa: int
    shift: int

    @classmethod
    def of(cls, factor: float) -> Multiplier:
        """The nearest to `factor`."""
        fraction, exponent = math.frexp(factor)
        mantissa = math.floor(fraction * (1 << 31) + 0.5)
        if mantissa == 1 << 31:
            mantissa, exponent = mantissa // 2, exponent + 1
        if exponent < -31:
            return cls(0, 0)
        return cls(mantissa, -exponent)


def factor(source: float, weights: float, result: float, in_single: bool) -> float:
    """What a sum is multiplied by; fully connected layers multiply the first two in single precision."""
    product = source * weights
    if in_single:
        product = struct.unpack("<f", struct.pack("<f", product))[0]
    return product / result


def row(layer: int, multiplier: Multiplier, bias: int, reach: int, rounding: Rounding) -> bytes:
    """An output's 16 bytes in the file; `reach` is the largest sum, either sign. Raises UnsupportedQuantisation."""
    mantissa, shift = multiplier.mantissa, multiplier.shift
    if shift < 1 and mantissa:
        raise UnsupportedQuantisation(layer, "sums would grow")
    if not 0 <= bias + BIAS < 2 * BIAS or reach >= BIAS:
        raise UnsupportedQuantisation(layer, "a bias has more than 29 bits")
    if shift > _LARGEST_SHIFT or not mantissa:
        if reach > _MOST:
            raise UnsupportedQuantisation(layer, "a sum has more than 21 bits")
        mantissa, shift = 0, 1  # nothing that is left reaches a half
    limit = min(_MOST, ((1 << 31) - _ROOM << 20) // mantissa) if mantissa else _MOST
    if reach > limit and not _saturates(limit, mantissa, shift, rounding):
        raise UnsupportedQuantisation(layer, "a sum has more than 21 bits")
    low, middle, high = mantissa & 1023, mantissa >> 10 & 1023, mantissa >> 20
    return struct.pack("<IIHHHH", bias + BIAS, limit, low, middle, high, 10 + shift)


def requantised(total: int, mantissa: int, shift: int, rounding: Rounding) -> int:
    """The byte that a sum becomes, by the definition of the reference kernels, in numbers of any length."""
    if not rounding.twice:
        value = (total * mantissa + (1 << 30 + shift)) >> (31 + shift)
    else:
        value = (total * mantissa + (1 << 30)) >> 31
        remainder = value & ((1 << shift) - 1)
        value = (value >> shift) + (remainder > ((1 << shift) - 1 >> 1) + (value < 0))
    return max(rounding.low, min(_BYTE, value + rounding.zero))


def _saturates(limit: int, mantissa: int, shift: int, rounding: Rounding) -> bool:
    high = requantised(limit, mantissa, shift, rounding)
    low = requantised(-limit, mantissa, shift, rounding)
    return high == _BYTE and low == rounding.low
