"""How easily ordinary talk sets a phrase off: counted over the sounds of the sentences here.

A place counts where the sounds of the talk are nearly those of the phrase; how many of them a network lets through is
for the network's own report to say. So the figure compares phrases, it does not forecast false accepts.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from host_tools.keyword.phrases.arpabet import sounds
from host_tools.keyword.phrases.distance import coded, distances
from host_tools.keyword.phrases.near_misses import near_words
from host_tools.keyword.phrases.pronunciations import readings
from host_tools.keyword.phrases.sentences import chatter

_SENTENCES = 1500
_PHONEMES_A_SECOND = 12.0  # of fluent English
_NEAR = 0.9  # a sound and a half away
_OFTEN_AN_HOUR = 60.0


@dataclass(frozen=True)
class Risk:
    """`near_words` of the dictionary and `near_places_an_hour` of talk sound nearly like the phrase."""

    phrase: str
    phonemes: int
    near_words: int
    near_places_an_hour: float

    @property
    def high(self) -> bool:
        """Whether somebody should be told before they train on it."""
        return self.near_places_an_hour > _OFTEN_AN_HOUR

    def __str__(self) -> str:
        often = f"{self.near_places_an_hour:.0f} places in an hour of dense talk and {self.near_words} words"
        told = f"{self.phrase!r} has {self.phonemes} sounds; {often} sound nearly like it"
        return f"{told}: a longer phrase has fewer false accepts" if self.high else told


def risk(phrase: str, forms: Sequence[str]) -> Risk:
    """Of a phrase with these pronunciations."""
    talk, hours = _talk()
    near = np.zeros(len(talk), np.bool_)
    words: set[str] = set()
    for form in forms:
        near |= _near_places(coded(form), talk)
        words |= {word for _, word, _ in near_words(form, _NEAR)}
    starts = int(np.count_nonzero(near[1:] & ~near[:-1]))  # places that touch are one
    length = round(statistics.mean(len(sounds(form)) for form in forms))
    return Risk(phrase, length, len(words - {phrase.lower()}), starts / hours)


def _near_places(target: NDArray[np.int8], talk: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Where in the talk something begins that sounds nearly like it."""
    near = np.zeros(len(talk), np.bool_)
    for length in (len(target) - 1, len(target), len(target) + 1):
        windows = sliding_window_view(talk, length)
        near[: len(windows)] |= distances(target, windows) <= _NEAR
    return near


@cache
def _talk() -> tuple[NDArray[np.int8], float]:
    """The sounds of many sentences in a row, and how many hours they take to say."""
    said = (next(iter(readings(sentence)), "") for sentence in chatter(_SENTENCES, 0))
    talk = np.concatenate([coded(form) for form in said if form])
    return talk, len(talk) / _PHONEMES_A_SECOND / 3600
