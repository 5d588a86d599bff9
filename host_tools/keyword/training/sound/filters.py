"""The few filters that sound needs, typed: scipy's own annotations say too little; the only file here that knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import scipy.signal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Wave: TypeAlias = "NDArray[np.float32]"
RATE_HZ = 16_000
_signal: Any = scipy.signal


def stretched(wave: Wave, percent: int) -> Wave:
    """Resampled so that it is played at so many percent of its speed, and pitch."""
    return np.asarray(_signal.resample_poly(wave, 100, percent), np.float32)


def band_passed(wave: Wave, low_hz: float, high_hz: float, order: int) -> Wave:
    """Through a Butterworth band pass."""
    above, below = _signal.butter(order, [low_hz / (RATE_HZ / 2), high_hz / (RATE_HZ / 2)], "band")
    return np.asarray(_signal.lfilter(above, below, wave), np.float32)


def smoothed(wave: NDArray[np.float64], pole: float) -> NDArray[np.float64]:
    """Through one pole."""
    return np.asarray(_signal.lfilter([1], [1, -pole], wave), np.float64)


def convolved(wave: Wave, response: Sequence[float] | NDArray[np.floating]) -> Wave:
    """Through an impulse response, with its tail."""
    return np.asarray(_signal.fftconvolve(wave, response), np.float32)
