"""From sums to bytes: the kernels' 32 bits against the definition of the reference kernels."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from plainsight.keyword import kernels_plain

from host_tools.keyword.convert import scaling
from host_tools.keyword.convert.errors import UnsupportedQuantisation
from host_tools.keyword.convert.scaling import Multiplier, Rounding

KEPT = 1 << 29


def reference(total: int, mantissa: int, shift: int, rounding: Rounding) -> int:
    """gemmlowp's functions as TFLite calls them, spelled out: high multiplication, then division, each rounded."""
    if not rounding.twice:
        value = (total * mantissa + (1 << (30 + shift))) >> (31 + shift)
    else:
        product = total * mantissa
        nudged = product + ((1 << 30) if product >= 0 else 1 - (1 << 30))
        value = abs(nudged) // (1 << 31) * (1 if nudged >= 0 else -1)
        half = 1 << (shift - 1)
        value = (abs(value) + half) // (1 << shift) * (1 if value >= 0 else -1)
    return max(0, min(255, value + rounding.zero))


def by_kernel(total: int, bias: int, scale: scaling.Scale, rounding: Rounding, relu: bool) -> int:
    blob = memoryview(scale.row + bytes(48) + scale.limit.to_bytes(4, "little"))
    layer = array("i", [0, 0, 0, 1, 0, 0, 0, 0 if relu else rounding.down, 64])
    sums, arena = array("I", [total - bias + KEPT]), bytearray(4)
    if scale.limit:
        kernels_plain.hold(blob, arena, layer, sums)
    kernels_plain.requantise(blob, arena, layer, sums)
    return arena[0]


@settings(max_examples=600)
@given(
    total=st.integers(-(1 << 22), 1 << 22),
    mantissa=st.integers(1 << 30, (1 << 31) - 1),
    shift=st.integers(1, 31),
    zero=st.integers(0, 255),
    bias=st.integers(-(1 << 27), 1 << 27),
    twice=st.booleans(),
)
@example(total=-1, mantissa=1 << 30, shift=1, zero=128, bias=0, twice=True)
@example(total=-3 << 10, mantissa=1 << 30, shift=11, zero=128, bias=0, twice=True)  # a half below zero
@example(total=3 << 10, mantissa=1 << 30, shift=11, zero=128, bias=0, twice=True)
@example(total=-3 << 10, mantissa=1 << 30, shift=11, zero=128, bias=0, twice=False)
@example(total=(1 << 21) - 1, mantissa=(1 << 31) - 1, shift=12, zero=0, bias=0, twice=True)
def test_every_sum_that_can_be_becomes_the_byte_that_it_should(
    total: int, mantissa: int, shift: int, zero: int, bias: int, twice: bool
) -> None:
    rounding = Rounding(zero, twice)
    try:
        scale = scaling.scaled(0, Multiplier(mantissa, shift), bias, abs(total), rounding)
    except UnsupportedQuantisation:
        assume(False)
    meant = reference(total, mantissa, shift, rounding)
    assert scaling.requantised(total, mantissa, shift, rounding) == meant
    assert by_kernel(total, bias, scale, rounding, relu=False) == meant
    if not zero and twice:
        assert by_kernel(total, bias, scale, rounding, relu=True) == meant


@pytest.mark.parametrize("shift", range(1, 13))
def test_what_published_models_need_is_never_refused(shift: int) -> None:
    for mantissa in (1 << 30, 3 << 29, (1 << 31) - 1):
        for zero in (0, 1, 140) if shift < 12 else (0,):
            scaling.scaled(0, Multiplier(mantissa, shift), -5000, (1 << 23) - 1, Rounding(zero, twice=zero > 0))


@pytest.mark.parametrize(
    ("multiplier", "bias", "reach"),
    [
        (Multiplier(1 << 30, 0), 0, 100),  # would grow
        (Multiplier(1 << 30, 8), 1 << 28, 1 << 22),  # bias
        (Multiplier(1 << 30, 8), 0, 1 << 28),  # sum
        (Multiplier(1 << 30, 14), 0, (1 << 22) - 1),  # product, and the byte is not at its end yet
        (Multiplier(1 << 30, 30), 0, 1 << 21),
    ],
)
def test_what_does_not_fit_is_refused(multiplier: Multiplier, bias: int, reach: int) -> None:
    with pytest.raises(UnsupportedQuantisation):
        scaling.scaled(3, multiplier, bias, reach, Rounding(128, twice=True))


def test_multipliers_are_those_of_tflite() -> None:
    assert Multiplier.of(0.5) == Multiplier(1 << 30, 0)
    assert Multiplier.of(0.25 * (1 - 2**-40)) == Multiplier(1 << 30, 1)  # the mantissa rounds up to 2 ** 31
    assert Multiplier.of(2.0**-40) == Multiplier(0, 0)
    assert Multiplier.of(0.0079) == Multiplier(2171397112, 6) or Multiplier.of(0.0079).shift == 6
