"""Something like speech, always the same: syllables of a voice with a wandering pitch, over noise."""

from __future__ import annotations

import numpy as np

RATE_HZ = 16_000
_SYLLABLES_HZ = 4.0
_PITCH_HZ, _PITCH_SPAN_HZ = 120.0, 30.0
_HARMONICS = 30
_PEAK, _NOISE = 9000.0, 60.0


def speech_like(seconds: float) -> bytes:
    """PCM, s16le, 16 kHz."""
    time_s = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    pitch_hz = _PITCH_HZ + _PITCH_SPAN_HZ * np.sin(2 * np.pi * 0.7 * time_s)
    phase = 2 * np.pi * np.cumsum(pitch_hz) / RATE_HZ
    voice = sum(np.sin(n * phase) / n * (1 + np.cos(n * 0.9 + 5 * time_s)) for n in range(1, _HARMONICS + 1))
    envelope = np.clip(np.sin(2 * np.pi * _SYLLABLES_HZ * time_s), 0, None) ** 0.5
    wave = envelope * voice / np.abs(voice).max() * _PEAK + np.random.default_rng(1).normal(0, _NOISE, len(time_s))
    return wave.astype("<i2").tobytes()
