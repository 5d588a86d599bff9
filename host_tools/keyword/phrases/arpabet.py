"""ARPAbet as cmudict writes it: vowels carry a stress digit; here words are parted by "|" and pauses are ","."""

from __future__ import annotations

from functools import cache

WORD_BREAK = "|"
PAUSES = frozenset(",.?!")
_VOWELS = "AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW"
_CONSONANTS = "B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH"
VOWELS = frozenset(_VOWELS.split())
CONSONANTS = frozenset(_CONSONANTS.split())


@cache
def parted(symbol: str) -> tuple[str, int]:
    """A symbol as its phoneme and stress (0, 1 or 2): "UH1" is ("UH", 1)."""
    return (symbol[:-1], int(symbol[-1])) if symbol[-1].isdigit() else (symbol, 0)


def is_vowel(symbol: str) -> bool:
    """Whether it is a vowel, stressed or not."""
    return parted(symbol)[0] in VOWELS


@cache
def is_phoneme(symbol: str) -> bool:
    """Whether it is a sound, not a break."""
    return parted(symbol)[0] in VOWELS or symbol in CONSONANTS


def sounds(phonemes: str) -> list[str]:
    """The phonemes alone, without breaks."""
    return [symbol for symbol in phonemes.split() if is_phoneme(symbol)]


def syllables(phonemes: str) -> int:
    """How many vowels there are."""
    return sum(is_vowel(symbol) for symbol in phonemes.split())
