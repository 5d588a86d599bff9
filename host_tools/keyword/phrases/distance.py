"""How far apart two pronunciations sound: edits of phonemes, each as dear as it is easy to hear.

0 is the same sound, 1 one as different as sounds get. The places of the sounds are those of the IPA chart.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from host_tools.keyword.phrases.arpabet import CONSONANTS, VOWELS, parted, sounds

# Vowels: (height 0 low to 3 high, 0 front to 2 back, rounded), where a diphthong begins and where it ends.
_VOWELS: dict[str, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    "IY": ((3, 0, 0), (3, 0, 0)), "IH": ((2.4, 0.3, 0), (2.4, 0.3, 0)), "EH": ((1.2, 0.2, 0), (1.2, 0.2, 0)),
    "AE": ((0.4, 0.3, 0), (0.4, 0.3, 0)), "AA": ((0, 1.7, 0), (0, 1.7, 0)), "AO": ((0.8, 2, 0.7), (0.8, 2, 0.7)),
    "UH": ((2.4, 1.7, 0.6), (2.4, 1.7, 0.6)), "UW": ((3, 1.8, 1), (3, 1.8, 1)), "AH": ((1.2, 1.3, 0), (1.2, 1.3, 0)),
    "ER": ((1.6, 1, 0.4), (1.6, 1, 0.4)), "EY": ((1.6, 0.1, 0), (2.7, 0.1, 0)), "AY": ((0, 1, 0), (2.5, 0.3, 0)),
    "OY": ((1, 2, 0.8), (2.5, 0.3, 0)), "OW": ((1.6, 1.8, 0.7), (2.5, 1.8, 1)), "AW": ((0, 1, 0), (2.4, 1.7, 0.8)),
}  # fmt: skip
# Consonants: (place 0 lips to 5 throat, manner, voiced); manners next to each other sound alike.
_STOP, _AFFRICATE, _FRICATIVE, _NASAL, _LIQUID, _GLIDE = range(6)
_CONSONANTS: dict[str, tuple[float, int, int]] = {
    "P": (0, _STOP, 0), "B": (0, _STOP, 1), "T": (2, _STOP, 0), "D": (2, _STOP, 1), "K": (4, _STOP, 0),
    "G": (4, _STOP, 1), "CH": (3, _AFFRICATE, 0), "JH": (3, _AFFRICATE, 1), "F": (0.5, _FRICATIVE, 0),
    "V": (0.5, _FRICATIVE, 1), "TH": (1.2, _FRICATIVE, 0), "DH": (1.2, _FRICATIVE, 1), "S": (2, _FRICATIVE, 0),
    "Z": (2, _FRICATIVE, 1), "SH": (3, _FRICATIVE, 0), "ZH": (3, _FRICATIVE, 1), "HH": (5, _FRICATIVE, 0),
    "M": (0, _NASAL, 1), "N": (2, _NASAL, 1), "NG": (4, _NASAL, 1), "L": (2, _LIQUID, 1), "R": (2.6, _LIQUID, 1),
    "W": (0.4, _GLIDE, 1), "Y": (3.2, _GLIDE, 1),
}  # fmt: skip
# How unlike two manners are.
_MANNERS = {
    (_STOP, _AFFRICATE): 0.35, (_AFFRICATE, _FRICATIVE): 0.3, (_STOP, _FRICATIVE): 0.5, (_STOP, _NASAL): 0.6,
    (_NASAL, _LIQUID): 0.45, (_LIQUID, _GLIDE): 0.3, (_NASAL, _GLIDE): 0.55,
}  # fmt: skip
_FARTHEST = 0.9
_ADDED = {"vowel": 0.6, "consonant": 0.5, "faint": 0.3}  # what a sound too many or too few costs
_FAINT = frozenset({"HH", "AH", "IH", "T", "D", "R", "Y", "W"})
NAMES = tuple(sorted(VOWELS | CONSONANTS))


def unlike(one: str, other: str) -> float:
    """How unlike two phonemes are (without stress), 0 to 1."""
    if one == other:
        return 0.0
    if one in VOWELS and other in VOWELS:
        pairs = zip((*_VOWELS[one][0], *_VOWELS[one][1]), (*_VOWELS[other][0], *_VOWELS[other][1]), strict=True)
        return min(_FARTHEST, 0.15 + 0.12 * sum(abs(a - b) for a, b in pairs))
    if one in CONSONANTS and other in CONSONANTS:
        place, manner, voice = _CONSONANTS[one]
        place2, manner2, voice2 = _CONSONANTS[other]
        gap = 0.0 if manner == manner2 else _MANNERS.get((min(manner, manner2), max(manner, manner2)), 0.8)
        return min(_FARTHEST, 0.1 + gap + 0.12 * abs(place - place2) + (0.15 if voice != voice2 else 0))
    return 1.0


def added(phoneme: str) -> float:
    """What it costs to have this one too many or to miss it."""
    if phoneme in _FAINT:
        return _ADDED["faint"]
    return _ADDED["vowel" if phoneme in VOWELS else "consonant"]


@cache
def _tables() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """`unlike` of all pairs and `added` of all, by place in NAMES."""
    pairs = [[unlike(one, other) for other in NAMES] for one in NAMES]
    return np.array(pairs, np.float32), np.array([added(name) for name in NAMES], np.float32)


def coded(phonemes: str) -> NDArray[np.int8]:
    """The sounds as places in NAMES."""
    return np.array([NAMES.index(parted(symbol)[0]) for symbol in sounds(phonemes)], np.int8)


def distances(target: NDArray[np.int8], others: NDArray[np.int8]) -> NDArray[np.float32]:
    """From one pronunciation to many of one length: others is (count, length); the result (count,)."""
    pairs, single = _tables()
    count, length = others.shape
    row = [np.zeros(count, np.float32)]
    for place in range(length):
        row.append(row[-1] + single[others[:, place]])
    for sound in target:
        above = row
        row = [above[0] + single[sound]]
        for place in range(length):
            swapped = above[place] + pairs[sound][others[:, place]]
            missed = above[place + 1] + single[sound]
            extra = row[place] + single[others[:, place]]
            row.append(np.minimum(np.minimum(swapped, missed), extra))
    return row[-1]


def distance(one: str, other: str) -> float:
    """Between two pronunciations, the sum of their edits."""
    return float(distances(coded(one), coded(other).reshape(1, -1))[0])


def nearest(one: str, forms: Sequence[str]) -> float:
    """To the nearest of several."""
    return min(distance(one, form) for form in forms)
