"""From the scales of tensors to what a kernel multiplies by: TFLite's rounding, in 32 bits. docs/keyword-model.md."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

from host_tools.keyword.convert.errors import UnsupportedQuantisation

BIAS = 1 << 28  # added to what must not be negative in the file
_PIECE_BITS = 10
LARGEST_SUM = (1 << 21) - 1  # times a piece of 10 bits: 31 bits
_MARGIN = 1 << 13  # for what is carried from piece to piece
_LARGEST_SHIFT = 21
_BYTE = 255


@dataclass(frozen=True)
class Rounding:
    """How a layer's sums become bytes around `zero`; `twice` as convolutions round, else as fully connected layers."""

    zero: int
    twice: bool

    @property
    def down(self) -> int:
        """Taken from a negative sum's product, in 2 ** 20ths: halves are rounded away from zero."""
        return 2 << _PIECE_BITS if self.twice else 0

    def up(self, shift: int) -> int:
        """Added to the product, in 2 ** 20ths: both halves, and the zero point."""
        first = 1 << _PIECE_BITS if self.twice else 0
        return first + (1 << _PIECE_BITS + shift) + (self.zero << _PIECE_BITS + 1 + shift)


@dataclass(frozen=True)
class Scale:
    """An output's row in the file, and `limit`: what its sum must be held to, 0 where it never grows so large."""

    row: bytes
    limit: int


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


def scaled(layer: int, multiplier: Multiplier, bias: int, reach: int, rounding: Rounding) -> Scale:
    """`reach` is the largest sum, of either sign. Raises UnsupportedQuantisation."""
    mantissa, shift = multiplier.mantissa, multiplier.shift
    if shift < 1 and mantissa:
        raise UnsupportedQuantisation(layer, "sums would grow")
    if not 0 <= bias + BIAS < 2 * BIAS or reach >= BIAS:
        raise UnsupportedQuantisation(layer, "a sum has more than 28 bits")
    if shift > _LARGEST_SHIFT and reach <= LARGEST_SUM:
        mantissa, shift = 0, 1  # what is left of such a sum rounds to nothing
    room = (1 << 31) - _MARGIN - rounding.up(shift)
    limit = min(LARGEST_SUM, (room << 20) // mantissa) if mantissa else LARGEST_SUM
    if room <= 0 or (reach > limit and not _saturates(limit, mantissa, shift, rounding)):
        raise UnsupportedQuantisation(layer, "a product has more than 31 bits")
    low, middle, high = mantissa & 1023, mantissa >> 10 & 1023, mantissa >> 20
    packed = struct.pack("<IIHHHH", bias + BIAS, rounding.up(shift), low, middle, high, 11 + shift)
    return Scale(packed, limit if reach > limit else 0)


def requantised(total: int, mantissa: int, shift: int, rounding: Rounding) -> int:
    """The byte that a sum becomes, by the definition of the reference kernels, in numbers of any length."""
    if not rounding.twice:
        value = (total * mantissa + (1 << 30 + shift)) >> (31 + shift)
    else:
        value = (total * mantissa + (1 << 30)) >> 31
        remainder = value & ((1 << shift) - 1)
        value = (value >> shift) + (remainder > ((1 << shift) - 1 >> 1) + (value < 0))
    return max(0, min(_BYTE, value + rounding.zero))


def _saturates(limit: int, mantissa: int, shift: int, rounding: Rounding) -> bool:
    high = requantised(limit, mantissa, shift, rounding)
    low = requantised(-limit, mantissa, shift, rounding)
    return high == _BYTE and low == 0
