"""Sounds at other rates, and higher or lower by being played faster or slower."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

import numpy as np
from scipy.signal import resample_poly  # pyright: ignore[reportUnknownVariableType]

from host_tools.keyword.voices.saying import SAMPLE_RATE_HZ, Wave


def resampled(wave: Wave, rate_hz: int, to_hz: int = SAMPLE_RATE_HZ) -> Wave:
    """The same sound at another rate."""
    if rate_hz == to_hz:
        return wave
    common = gcd(rate_hz, to_hz)
    return np.asarray(resample_poly(wave, to_hz // common, rate_hz // common), dtype=np.float32)


def pitched(wave: Wave, factor: float) -> Wave:
    """The same sound with pitch and formants times `factor` (as of a shorter throat), and as much shorter."""
    ratio = Fraction(1 / factor).limit_denominator(64)
    return np.asarray(resample_poly(wave, ratio.numerator, ratio.denominator), dtype=np.float32)
