"""ARPAbet as the letters that Kokoro learnt, in American, in British, and as speakers of other languages say it."""

from __future__ import annotations

from host_tools.keyword.phrases.arpabet import PAUSES, WORD_BREAK, is_vowel, parted

# IPA, with capital letters for diphthongs: A as in day, I as in my, O go, W now, Y boy, and Q as in British go.
_LETTERS = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "W", "AY": "I", "EH": "ɛ", "ER": "ɜɹ", "EY": "A", "IH": "ɪ",
    "IY": "i", "OW": "O", "OY": "Y", "UH": "ʊ", "UW": "u",
    "B": "b", "CH": "ʧ", "D": "d", "DH": "ð", "F": "f", "G": "ɡ", "HH": "h", "JH": "ʤ", "K": "k", "L": "l", "M": "m",
    "N": "n", "NG": "ŋ", "P": "p", "R": "ɹ", "S": "s", "SH": "ʃ", "T": "t", "TH": "θ", "V": "v", "W": "w", "Y": "j",
    "Z": "z", "ZH": "ʒ",
}  # fmt: skip
_UNSTRESSED = {"AH": "ə", "ER": "əɹ"}
_BRITISH = {"AA": "ɒ", "ER": "ɜː", "OW": "Q", "IY": "iː", "UW": "uː", "AO": "ɔː"}
_BRITISH_UNSTRESSED = {"AH": "ə", "ER": "ə", "IY": "i"}
_BRITISH_BEFORE_R = {"AA": "ɑː", "AO": "ɔː", "OW": "ɔː", "EH": "ɛː", "AE": "ɛː", "IH": "ɪə", "IY": "ɪə", "UH": "ʊə"}
ACCENTS: dict[str, dict[str, str]] = {
    "de": {"W": "v", "TH": "s", "DH": "z", "R": "ʁ", "AE": "ɛ", "V": "f"},
    "fr": {"HH": "", "TH": "s", "DH": "z", "R": "ʁ", "IH": "i", "UH": "u"},
    "es": {"V": "b", "Z": "s", "R": "ɾ", "AE": "a", "AH": "a", "IH": "i", "UH": "u", "HH": "x", "DH": "d"},
    "it": {"R": "ɾ", "AE": "ɛ", "AH": "a", "IH": "i", "TH": "t", "DH": "d", "HH": ""},
    "hi": {"T": "ʈ", "D": "ɖ", "W": "ʋ", "V": "ʋ", "R": "ɾ", "TH": "t", "DH": "d", "AO": "ɔ"},
    "ja": {"L": "ɾ", "R": "ɾ", "TH": "s", "DH": "z", "AE": "a", "AH": "a", "V": "b", "UH": "ɯ", "UW": "ɯ"},
    "zh": {"TH": "s", "DH": "z", "V": "w", "IH": "i", "AE": "ɛ", "Z": "s"},
    "pt": {"R": "ɾ", "TH": "t", "DH": "d", "IH": "i", "AE": "ɛ", "HH": "ʁ"},
}
BRITISH = "en-gb"


def letters(phonemes: str, accent: str) -> str:
    """These phonemes in Kokoro's letters: "L UH1 K" is "lˈʊk"."""
    return "".join(letter for letter, _ in lettered(phonemes, accent))


def lettered(phonemes: str, accent: str) -> list[tuple[str, bool]]:
    """The same one by one, each with whether it is a sound (not a space or a pause)."""
    symbols = phonemes.split()
    out: list[tuple[str, bool]] = []
    for place, symbol in enumerate(symbols):
        if symbol == WORD_BREAK:
            out.append((" ", False))
        elif symbol in PAUSES:
            out.append((symbol, False))
        else:
            out.append((_letter(symbols, place, accent), True))
    return out


def _letter(symbols: list[str], place: int, accent: str) -> str:
    """One sound with its stress."""
    base, stress = parted(symbols[place])
    if base in ACCENTS.get(accent, {}):
        letter = ACCENTS[accent][base]
    elif accent == BRITISH:
        letter = _british(symbols, place)
    else:
        letter = _UNSTRESSED.get(base, _LETTERS[base]) if not stress else _LETTERS[base]
    return {1: "ˈ", 2: "ˌ"}.get(stress, "") + letter if letter else ""


def _british(symbols: list[str], place: int) -> str:
    """As said where an R is heard before vowels alone."""
    base, stress = parted(symbols[place])
    before = parted(symbols[place - 1])[0] if place else ""
    after = symbols[place + 1] if place + 1 < len(symbols) else ""
    if base == "R" and before in _BRITISH_BEFORE_R:
        return "ɹ" if after and is_vowel(after) else ""
    if after == "R" and base in _BRITISH_BEFORE_R:
        return _BRITISH_BEFORE_R[base]
    if not stress and base in _BRITISH_UNSTRESSED:
        return _BRITISH_UNSTRESSED[base]
    return _BRITISH.get(base, _LETTERS[base])
