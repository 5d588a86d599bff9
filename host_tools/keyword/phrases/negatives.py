"""Sentences in which a phrase is not heard, in any way to say it, not even across two words."""

from __future__ import annotations

from collections.abc import Sequence

from host_tools.keyword.phrases.errors import NoPronunciation
from host_tools.keyword.phrases.near_misses import contains
from host_tools.keyword.phrases.pronunciations import readings
from host_tools.keyword.phrases.sentences import chatter

_SPARE = 1.2


def negative_sentences(forms: Sequence[str], count: int, seed: int) -> list[str]:
    """`count` of them for a phrase (or several) with these pronunciations."""
    kept: list[str] = []
    wanted = count
    while len(kept) < count:
        wanted = round(_SPARE * wanted) + 1
        kept = [sentence for sentence in chatter(wanted, seed) if not _heard_in(sentence, forms)]
    return kept[:count]


def _heard_in(sentence: str, forms: Sequence[str]) -> bool:
    try:
        return any(contains(reading, forms) for reading in readings(sentence))
    except NoPronunciation:  # no espeak-ng to read a word that the dictionary lacks: rather without it
        return True
