"""Is this sound an utterance of about so many phonemes? Judged by level and length alone, and trimmed to fit."""

from __future__ import annotations

import numpy as np

from host_tools.keyword.voices.saying import SAMPLE_RATE_HZ, Samples, Utterance, Wave

MARGIN_S = 0.05
SHORTEST_PHONEME_S = 0.03
LONGEST_PHONEME_S = 0.45
_FRAME = SAMPLE_RATE_HZ // 100
_AUDIBLE = 0.02  # of the loudest frame: 34 dB below it
_SILENT_RMS = 0.002  # of full scale: below it nothing was said
_RMS = 0.08  # of full scale: what every utterance is brought to, 22 dB below
_PEAK = 0.9
_FULL_SCALE, _CLIPPED_SHARE = 32766 / 32768, 0.002


class Unfit(Exception):
    """Why this is not the utterance that was asked for, in words."""


def unclipped(wave: Wave) -> Wave:
    """The same sound as a program wrote it, if its range sufficed. Raises Unfit."""
    if np.mean(np.abs(wave) >= _FULL_SCALE) > _CLIPPED_SHARE:
        raise Unfit("it is clipped")
    return wave


def frames_rms(wave: Wave) -> Wave:
    """The level of each 10 ms of it."""
    whole = len(wave) // _FRAME * _FRAME
    return np.sqrt(np.mean(np.square(wave[:whole].reshape(-1, _FRAME)), axis=1, dtype=np.float32))


def audible(wave: Wave) -> tuple[int, int]:
    """Where something can be heard: (first sample, sample after the last). Raises Unfit."""
    levels = frames_rms(wave)
    if not len(levels) or levels.max() < _SILENT_RMS:
        raise Unfit("it is silent")
    heard = np.flatnonzero(levels > _AUDIBLE * levels.max())
    return int(heard[0]) * _FRAME, (int(heard[-1]) + 1) * _FRAME


def fitted(wave: Wave, span: tuple[int, int] | None, phonemes: int) -> Utterance:
    """The utterance in this wave, trimmed to its sound and a margin, at the common level.

    `span` is where the words themselves are when there is a context around them; `phonemes` is how many these have.
    Raises Unfit.
    """
    if not np.isfinite(wave).all():
        raise Unfit("it is no sound")
    first, last = audible(wave)
    start, end = span or (first, last)
    _check_length((end - start) / SAMPLE_RATE_HZ, phonemes)
    margin = int(MARGIN_S * SAMPLE_RATE_HZ)
    left, right = max(0, first - margin), min(len(wave), last + margin)
    start, end = max(start, left), min(end, right)
    if start >= end:
        raise Unfit("the words are silent")
    return Utterance(_levelled(wave[left:right], wave[start:end]), start - left, end - left)


def _check_length(seconds: float, phonemes: int) -> None:
    shortest, longest = SHORTEST_PHONEME_S * phonemes, 0.3 + LONGEST_PHONEME_S * phonemes
    if not shortest <= seconds <= longest:
        raise Unfit(f"{seconds:.2f} s for {phonemes} phonemes, which take {shortest:.2f} to {longest:.2f} s")


def _levelled(wave: Wave, words: Wave) -> Samples:
    """As 16-bit samples, the loudest half of the words at one level, no peak clipped."""
    levels = np.sort(frames_rms(words))
    loud = float(np.sqrt(np.mean(np.square(levels[len(levels) // 2 :])))) if len(levels) else _RMS
    gain = min(_RMS / max(loud, 1e-6), _PEAK / max(float(np.abs(wave).max()), 1e-6))
    return np.round(wave * (gain * 32767)).astype(np.int16)
