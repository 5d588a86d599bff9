"""What sounds nearly like a phrase and is not it: the talk that would set it off by mistake.

Five kinds: *words* of the dictionary, *pairs* of words, *fragments* of it (how it begins, how it ends), single sounds
*changed* for others, and longer words that *contain* it (of which a detector that must answer at the last sound cannot
tell the first half from the phrase: whoever trains decides what they count for).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from host_tools.keyword.phrases import dictionary
from host_tools.keyword.phrases.arpabet import CONSONANTS, VOWELS, is_vowel, parted, sounds
from host_tools.keyword.phrases.distance import NAMES, added, coded, distances, nearest, unlike
from host_tools.keyword.phrases.sentences import common_words

Kind = Literal["fragment", "changed", "word", "pair", "contains"]
_SAME = 0.12  # nearer than this, nobody hears a difference
_SURELY_OTHER = 0.33  # what is no word at all and nearer than this is the phrase by somebody with a lisp or an accent
_FARTHEST_PER_SOUND = 0.28
_PARTS_KEPT = 24
_SWALLOWED = ("AH0", "IH0")
# Cot and caught, roses and Rosa's, the end of "water": the same for many speakers.
_MERGED = {"AO0": "AA", "AO1": "AA", "AO2": "AA", "IH0": "AH", "ER0": "AH"}
_VOICELESS = {"D": "T", "B": "P", "G": "K"}
_COMMON_BONUS = 0.6  # a common word counts as nearer: it is said more often
_SHARES: dict[Kind, float] = {"word": 0.4, "pair": 0.3, "fragment": 0.1, "contains": 0.08, "changed": 0.12}


@dataclass(frozen=True)
class NearMiss:
    """What is said instead; `distance` is to the nearest pronunciation of the phrase (distance.py)."""

    text: str
    phonemes: str
    kind: Kind
    distance: float


def near_misses(forms: Sequence[str], most: int = 300) -> list[NearMiss]:
    """Up to `most` of them for a phrase with these pronunciations, nearest first within each kind's share."""
    makers = {"word": _words, "pair": _pairs, "fragment": _fragments, "contains": _containing, "changed": _changed}
    chosen: list[NearMiss] = []
    seen = {heard(form) for form in forms}
    for kind, share in _SHARES.items():
        kept = 0
        for miss in sorted(makers[kind](forms), key=_rank):
            if kept < round(share * most) and heard(miss.phonemes) not in seen:
                seen.add(heard(miss.phonemes))
                chosen.append(miss)
                kept += 1
    return chosen


def contains(phonemes: str, forms: Sequence[str]) -> bool:
    """Whether the phrase is heard somewhere in it, in any of its pronunciations, over word breaks too."""
    said = heard(phonemes)
    return any(heard(form) in said for form in forms)


@cache
def heard(phonemes: str) -> str:
    """What is left for a listener: no stress, no breaks, and no difference that some speakers never make."""
    symbols = sounds(phonemes)
    bare = [_MERGED.get(symbol, parted(symbol)[0]) for symbol in symbols]
    # After S a stop has no voice, whatever it is written with.
    for place, symbol in enumerate(bare[1:], 1):
        if bare[place - 1] == "S":
            bare[place] = _VOICELESS.get(symbol, symbol)
    return f" {' '.join(bare)} "


def _rank(miss: NearMiss) -> tuple[float, str]:
    words = miss.text.split()
    common = bool(words) and all(word in common_words() for word in words)
    return miss.distance * (_COMMON_BONUS if common else 1.0), miss.text


def _fragments(forms: Sequence[str]) -> Iterator[NearMiss]:
    """Its beginnings and endings with at least one vowel, and its words but for one."""
    for form in forms:
        symbols = sounds(form)
        pieces = [symbols[:place] for place in range(2, len(symbols))]
        pieces += [symbols[place:] for place in range(1 + (symbols[0] in _SWALLOWED), len(symbols) - 1)]
        words = [word.split() for word in form.split("|")]
        if len(words) > 1:
            pieces += words
        for piece in pieces:
            phonemes = " ".join(piece)
            far = nearest(phonemes, forms)
            if any(is_vowel(symbol) for symbol in piece) and far > _SURELY_OTHER and not contains(phonemes, forms):
                yield NearMiss(f"/{phonemes}/", phonemes, "fragment", far)


def _changed(forms: Sequence[str]) -> Iterator[NearMiss]:
    """One sound changed, left out or added, by how easily it is missed."""
    for form in forms:
        symbols = form.split()
        for place, symbol in enumerate(symbols):
            base, stress = parted(symbol)
            if base not in VOWELS and base not in CONSONANTS:
                continue
            for other in sorted(VOWELS if base in VOWELS else CONSONANTS):
                if unlike(base, other) >= _SURELY_OTHER and not (base in VOWELS and not stress):
                    swapped = f"{other}{stress}" if other in VOWELS else other
                    yield _miss([*symbols[:place], swapped, *symbols[place + 1 :]], unlike(base, other))
            if base in CONSONANTS and len(symbols) > 2 and added(base) > _SURELY_OTHER:
                yield _miss([*symbols[:place], *symbols[place + 1 :]], added(base))


def _miss(symbols: Sequence[str], far: float) -> NearMiss:
    phonemes = " ".join(symbols)
    return NearMiss(f"/{phonemes}/", phonemes, "changed", far)


def _words(forms: Sequence[str]) -> Iterator[NearMiss]:
    """Words of the dictionary at a small distance."""
    for form in forms:
        limit = _FARTHEST_PER_SOUND * len(sounds(form)) + 0.2
        for far, word, phonemes in near_words(form, limit):
            if far > _SAME and not contains(phonemes, forms):
                yield NearMiss(word, phonemes, "word", far)


def _pairs(forms: Sequence[str]) -> Iterator[NearMiss]:
    """Two words of which one is near the beginning of the phrase and one near the rest of it."""
    for form in forms:
        symbols = sounds(form)
        for place in range(1, len(symbols)):
            left, right = symbols[:place], symbols[place:]
            for first in _parts(" ".join(left)):
                for second in _parts(" ".join(right)):
                    far, phonemes = first[0] + second[0], f"{first[2]} | {second[2]}"
                    if far > _SAME and not contains(phonemes, forms):
                        yield NearMiss(f"{first[1]} {second[1]}", phonemes, "pair", far)


def _parts(phonemes: str) -> list[tuple[float, str, str]]:
    """Common words for a part of the phrase."""
    limit = 0.5 + _FARTHEST_PER_SOUND * len(sounds(phonemes))
    found = (near for near in near_words(phonemes, limit) if near[1] in common_words())
    return list(found)[:_PARTS_KEPT]


def _containing(forms: Sequence[str]) -> Iterator[NearMiss]:
    """Longer words in which it is heard whole."""
    wanted = {heard(form) for form in forms}
    for word, pronounced in dictionary.words().items():
        said = heard(pronounced[0])
        if said not in wanted and any(form in said for form in wanted):
            yield NearMiss(word, pronounced[0], "contains", nearest(pronounced[0], forms))


def near_words(phonemes: str, limit: float) -> list[tuple[float, str, str]]:
    """Words within this distance: (distance, word, pronunciation), nearest first."""
    target = coded(phonemes)
    near: list[tuple[float, str, str]] = []
    for length, (words, pronounced, codes) in _by_length().items():
        if abs(length - len(target)) <= 2:
            far = distances(target, codes)
            near += [(float(far[at]), words[at], pronounced[at]) for at in np.flatnonzero(far <= limit)]
    return sorted(near)


@cache
def _by_length() -> dict[int, tuple[list[str], list[str], NDArray[np.int8]]]:
    """The dictionary by number of sounds: words, their pronunciations, and these as places in NAMES."""
    places = {name: place for place, name in enumerate(NAMES)}
    grouped: dict[int, tuple[list[str], list[str], list[list[int]]]] = {}
    for word, pronounced in dictionary.words().items():
        if not word.isalpha():
            continue
        for phonemes in pronounced:
            codes = [places[parted(symbol)[0]] for symbol in phonemes.split()]
            words, forms, rows = grouped.setdefault(len(codes), ([], [], []))
            words.append(word)
            forms.append(phonemes)
            rows.append(codes)
    return {length: (words, forms, np.array(rows, np.int8)) for length, (words, forms, rows) in grouped.items()}


def drawn(misses: Sequence[NearMiss], count: int, seed: int) -> list[NearMiss]:
    """`count` of them, the nearer the more often."""
    if not misses:
        return []
    weights = [1 / (0.25 + miss.distance) for miss in misses]
    return random.Random(seed).choices(list(misses), weights=weights, k=count)
