"""Other speakers out of the same features: a longer or shorter throat, another tempo, another level and tilt.

Vocal tract length perturbation (Jaitly and Hinton, 2013) on the front end's channels, which lie on a mel scale: near
enough to what another throat does, and cheap enough to be drawn anew for each crop. Synthetic voices are few; without
this a net learns them by heart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from host_tools.keyword.training.net import FEATURES

if TYPE_CHECKING:
    from numpy.typing import NDArray

_THROAT_SHARE, _THROATS, _SHIFTS = 0.7, (0.88, 1.14), (-0.8, 0.8)  # factors of, and steps along, the channel number
_TEMPO_SHARE, _TEMPI = 0.6, (0.85, 1.2)
_LEVEL_SHARE, _LEVELS, _TILTS = 0.5, (-12.0, 12.0), (-14.0, 14.0)  # in units of a feature's byte


def another_throat(draw: np.random.Generator, crop: NDArray[np.float32]) -> NDArray[np.float32]:
    """The spectrum of (rows, 40) stretched and shifted, between channels by a line."""
    if draw.random() >= _THROAT_SHARE:
        return crop
    place = np.arange(FEATURES) * draw.uniform(*_THROATS) + draw.uniform(*_SHIFTS)
    place = np.clip(place, 0, FEATURES - 1)
    low = place.astype(int)
    part = (place - low).astype(np.float32)
    return (crop[:, low] * (1 - part) + crop[:, np.minimum(low + 1, FEATURES - 1)] * part).astype(np.float32)


def another_level(draw: np.random.Generator, crop: NDArray[np.float32]) -> NDArray[np.float32]:
    """Louder or softer, brighter or duller; what is silent stays so."""
    if draw.random() >= _LEVEL_SHARE:
        return crop
    tilt = np.linspace(-1, 1, FEATURES, dtype=np.float32) * np.float32(draw.uniform(*_TILTS))
    return np.where(crop > 0, crop + np.float32(draw.uniform(*_LEVELS)) + tilt, crop).astype(np.float32)


def tempo(draw: np.random.Generator) -> float:
    """How much faster a crop is to be heard; 1 is as it was."""
    return float(draw.uniform(*_TEMPI)) if draw.random() < _TEMPO_SHARE else 1.0


def at_tempo(values: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    """Rows taken at another tempo, the last one in its place; what lies before the first is zero."""
    last = len(values) - 1
    taken = last - np.arange(last + 1)[::-1] * factor
    there = (taken >= 0).reshape((-1,) + (1,) * (values.ndim - 1))
    return np.where(there, values[np.clip(np.round(taken), 0, last).astype(int)], np.float32(0))
