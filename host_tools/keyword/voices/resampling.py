"""Sounds of any rate as sounds of 16 kHz."""

from __future__ import annotations

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
