"""What a phone or a codec does to speech before it is kept: faint parts of the spectrum are gone, edges are sharp.

Most recordings that people share were cleaned by noise suppression or squeezed by a codec; the front end, adapting to
what is faint, hears the holes. A net that never met them misses whole speakers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from host_tools.keyword.training.sound.filters import RATE_HZ, Wave

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from host_tools.keyword.training.sound.noises import Draw

_WINDOW, _HOP = 512, 128
_BINS = _WINDOW // 2 + 1
_HZ_A_BIN = RATE_HZ / _WINDOW


def processed(draw: Draw, wave: Wave) -> Wave:
    """The same sound after a suppressor of faint parts, a sharp band limit, or both."""
    spectrum = _spectrum(wave)
    if draw.random() < 0.75:
        spectrum *= _gate(draw, np.abs(spectrum))
    if draw.random() < 0.5:
        edge = int(draw.uniform(3300, 7600) / _HZ_A_BIN)
        spectrum[:, edge:] = 0
    if draw.random() < 0.3:
        spectrum[:, : int(draw.uniform(60, 320) / _HZ_A_BIN)] = 0
    return _wave(spectrum, len(wave))


def _gate(draw: Draw, loudness: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gains of each bin of each frame: small or none for what is far below the loudest of its surroundings."""
    depth_db = draw.uniform(22, 55)
    floor = 0.0 if draw.random() < 0.5 else 10 ** (-draw.uniform(12, 45) / 20)
    # Of the whole sound, or of the frame and so also between the harmonics of a loud one.
    loudest = np.full((len(loudness), 1), loudness.max())
    if draw.random() < 0.4:
        loudest = np.maximum(loudness.max(axis=1, keepdims=True), 0.02 * loudest)
    return np.where(loudness > loudest * 10 ** (-depth_db / 20), 1.0, floor)


def _slope() -> NDArray[np.float64]:
    """A window whose square adds up to one at four frames a window."""
    return np.sqrt(0.5 * np.hanning(_WINDOW + 1)[:-1])


def _spectrum(wave: Wave) -> NDArray[np.complex128]:
    """(frames, bins)."""
    padded = np.concatenate([np.zeros(_WINDOW), wave, np.zeros(_WINDOW + _HOP)])
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP]
    return np.fft.rfft(frames * _slope(), axis=1)


def _wave(spectrum: NDArray[np.complex128], samples: int) -> Wave:
    frames = np.fft.irfft(spectrum, _WINDOW, axis=1) * _slope()
    total = np.zeros((len(frames) + _WINDOW // _HOP) * _HOP)
    for part in range(_WINDOW // _HOP):
        pieces = frames[:, part * _HOP : (part + 1) * _HOP].reshape(-1)
        total[part * _HOP : part * _HOP + len(pieces)] += pieces
    return np.asarray(total[_WINDOW : _WINDOW + samples], np.float32)
