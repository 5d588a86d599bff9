"""ARPAbet as espeak-ng's own phoneme mnemonics, in English and as speakers of other languages come near to it.

The mnemonics are those of espeak-ng 1.51 (docs/phonemes.md of that project); a name that a language lacks is dropped
without a word, so every entry here was seen to be taken by its language.
"""

from __future__ import annotations

import re

from host_tools.keyword.phrases.arpabet import PAUSES, WORD_BREAK, is_vowel, parted

_PAUSE = re.compile("[" + re.escape("".join(sorted(PAUSES))) + "]")

_ENGLISH = {
    "AA": "A:", "AE": "a", "AH": "V", "AO": "O:", "AW": "aU", "AY": "aI", "EH": "E", "ER": "3:", "EY": "eI", "IH": "I",
    "IY": "i:", "OW": "oU", "OY": "OI", "UH": "U", "UW": "u:",
    "B": "b", "CH": "tS", "D": "d", "DH": "D", "F": "f", "G": "g", "HH": "h", "JH": "dZ", "K": "k", "L": "l", "M": "m",
    "N": "n", "NG": "N", "P": "p", "R": "r", "S": "s", "SH": "S", "T": "t", "TH": "T", "V": "v", "W": "w", "Y": "j",
    "Z": "z", "ZH": "Z",
}  # fmt: skip
_UNSTRESSED = {"AH": "@", "ER": "3", "IH": "I", "IY": "i"}
_BEFORE_R = {"AA": "A@", "AO": "O@", "OW": "O@", "EH": "e@", "AE": "e@", "IH": "i@", "IY": "i@", "UH": "U@"}
_SHORT_O = {"AA": "0"}  # lot, stop: its own vowel in Britain

_ABROAD = {
    **_ENGLISH,
    "AA": "a", "AE": "E", "AH": "a", "AO": "o", "AW": "au", "AY": "ai", "ER": "er", "EY": "ei", "OW": "o", "OY": "oi",
    "IH": "i", "IY": "i", "UH": "u", "UW": "u", "TH": "t", "DH": "d", "W": "w", "V": "v",
}  # fmt: skip
_INDIC = {
    "AA": "a:", "AE": "E:", "AH": "@", "AO": "O:", "AW": "aU", "AY": "aI", "ER": "@r", "EY": "e:", "IH": "I",
    "IY": "i:", "OW": "o:", "OY": "OI", "UH": "U", "UW": "u:",
    "T": "t.", "D": "d.", "TH": "t", "DH": "d", "V": "w", "ZH": "Z",
}  # fmt: skip
_GERMAN = {"AA": "a:", "EH": "E", "EY": "e:", "OW": "o:", "AO": "O", "IH": "I", "IY": "i:", "UH": "U", "UW": "u:",
           "AH": "a", "AW": "aU", "AY": "aI", "ER": "@r", "TH": "s", "DH": "z", "W": "v"}  # fmt: skip
ACCENTS: dict[str, dict[str, str]] = {
    "de": _GERMAN,
    "nl": {"AA": "A", "AH": "@", "EY": "e:", "OW": "o:", "AO": "O", "IH": "I", "IY": "i", "UH": "u", "UW": "u",
           "ER": "@r", "TH": "t", "DH": "d", "W": "v#"},
    "sv": {"AA": "A:", "AH": "a", "EY": "e:", "OW": "o:", "AO": "O", "IH": "I", "IY": "i:", "UH": "U", "UW": "u:",
           "ER": "@r", "W": "v", "Z": "s"},
    "fr": {"AH": "@", "AO": "O", "OW": "o", "IH": "i", "UH": "u", "HH": "", "TH": "s", "DH": "z", "ER": "@r",
           "EY": "e", "CH": "tS"},
    "es": {"AE": "a", "EH": "e", "V": "b", "Z": "s", "ZH": "S", "HH": "x", "AO": "o", "EY": "ei", "JH": "dZ"},
    "es-419": {"AE": "a", "EH": "e", "V": "b", "Z": "s", "ZH": "S", "HH": "x", "AO": "o", "EY": "ei", "JH": "dZ"},
    "it": {"AE": "e", "EH": "e", "AW": "aU", "AY": "aI", "EY": "eI", "OY": "OI", "TH": "t", "Z": "z"},
    "pt-br": {"AE": "E", "AO": "O", "IH": "i", "TH": "t", "Z": "z", "ER": "er", "AH": "a"},
    "ro": {"AH": "@", "ER": "@r", "EH": "E"},
    "el": {"AE": "a", "EH": "E", "SH": "s", "ZH": "z", "CH": "ts", "JH": "dz", "HH": "x", "TH": "T", "DH": "D"},
    "ru": {"AE": "E", "AH": "a", "AO": "o", "AW": "au", "AY": "ai", "EY": "ei", "IH": "I", "UH": "u", "W": "v",
           "TH": "s", "DH": "z", "HH": "x", "NG": "n", "ER": "er", "R": "R"},
    "pl": {"AE": "E", "W": "w", "TH": "t", "DH": "d", "HH": "x", "AH": "a", "EY": "ei", "IH": "y"},
    "cs": {"AE": "E", "W": "v", "TH": "t", "DH": "d", "IH": "i", "AH": "a"},
    "hu": {"AA": "a:", "AH": "A", "AE": "E", "EH": "E", "W": "v", "TH": "t", "IH": "i"},
    "fi": {"AE": "a", "EH": "e", "Z": "s", "ZH": "s", "SH": "S", "W": "v", "EY": "ei"},
    "tr": {"AE": "E", "AH": "a", "TH": "t", "DH": "d", "W": "v", "IH": "I", "EY": "ei", "ER": "er"},
    "ja": {"AE": "a", "EH": "e", "L": "r", "V": "b", "TH": "s", "DH": "z", "ER": "a:", "IY": "i:", "UW": "u:"},
    "ko": {"AE": "e", "EH": "e", "V": "b", "F": "p", "TH": "s", "DH": "d", "Z": "dZ", "ER": "@", "AH": "@"},
    "id": {"AE": "E", "EH": "E", "AH": "@", "V": "f", "ER": "@r", "TH": "t", "DH": "d"},
    "sw": {"AE": "a", "EH": "e", "TH": "s", "DH": "z", "ER": "a", "AY": "aI", "AW": "aU"},
    "ar": {"AE": "a", "EH": "e", "P": "b", "V": "f", "EY": "e", "AH": "a", "IH": "i", "ER": "er", "TH": "T", "DH": "D"},
    "hi": _INDIC,
    "bn": {**_INDIC, "V": "bh", "W": "w", "Z": "dZ"},
    "mr": _INDIC,
    "gu": _INDIC,
    "ta": {**_INDIC, "AH": "a"},
    "te": {**_INDIC, "AH": "a"},
    "kn": {**_INDIC, "AH": "a"},
    "ml": {**_INDIC, "AH": "a"},
    "pa": _INDIC,
    "ur": _INDIC,
}  # fmt: skip
BRITISH = ("en-gb", "en-gb-x-rp", "en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-gb-scotland")


def mnemonics(phonemes: str, language: str) -> str:
    """These phonemes for espeak-ng's double brackets, as `language` says them: "L UH1 K" is "l|'U|k"."""
    clauses = (clause.split(WORD_BREAK) for clause in _PAUSE.split(phonemes))
    said = (" ".join(_word(word.split(), language) for word in words if word.strip()) for words in clauses)
    return " _: ".join(said).strip()


def _word(symbols: list[str], language: str) -> str:
    """One word, its sounds parted so that no two of them are read as a third."""
    if language in ACCENTS:
        said = [_foreign(symbol, language) for symbol in symbols]
    else:
        said = [_english(symbols, place, language) for place in range(len(symbols))]
    return "|".join(sound for sound in said if sound)


def _foreign(symbol: str, language: str) -> str:
    base, stress = parted(symbol)
    sound = ACCENTS[language].get(base, _ABROAD[base])
    return _marked(sound, stress)


def _english(symbols: list[str], place: int, language: str) -> str:
    """One sound; a vowel before R takes its colour, and such an R is heard only before another vowel."""
    base, stress = parted(symbols[place])
    before = parted(symbols[place - 1])[0] if place else ""
    after = symbols[place + 1] if place + 1 < len(symbols) else ""
    if base == "R" and before in _BEFORE_R:
        return "r" if after and is_vowel(after) else ""
    if base in _BEFORE_R and after == "R":
        return _marked(_BEFORE_R[base], stress)
    if base in _SHORT_O and language in BRITISH:
        return _marked(_SHORT_O[base], stress)
    if not stress and base in _UNSTRESSED:
        return _UNSTRESSED[base]
    return _marked(_ENGLISH[base], stress)


def _marked(sound: str, stress: int) -> str:
    return {1: "'", 2: ","}.get(stress, "") + sound if sound else ""
