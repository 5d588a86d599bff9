"""How a phrase sounds: each way that a dictionary knows, and the small ways in which people differ."""

from __future__ import annotations

import random
import re
import unicodedata
from itertools import islice, product

from host_tools.keyword.phrases import dictionary
from host_tools.keyword.phrases.arpabet import is_phoneme, is_vowel, parted, sounds, syllables
from host_tools.keyword.phrases.distance import nearest
from host_tools.keyword.phrases.errors import NoPronunciation, PhraseTooLong, PhraseTooShort

FEWEST_PHONEMES = 3
MOST_PHONEMES = 24  # the network hears about 1.5 s
_MOST_FORMS = 8
_SAME, _OTHER_PER_SOUND = 0.05, 0.2  # by distance.py: nearer is the same, farther is a misreading
_WORD = re.compile(r"/(?P<phonemes>[^/]*)/|(?P<word>[^\s/–—-]+)")
_SPEAKABLE = re.compile(r"[a-z0-9][a-z0-9'.]*")
_EDGES = ".,;:!?\"()[]…“”‘’'"


def pronunciations(phrase: str) -> list[str]:
    """Ways to say it in ARPAbet, words parted by "|", the most common first.

    What stands between slashes is taken as ARPAbet. espeak-ng's reading counts too where it is a little different.
    Raises NoPronunciation, PhraseTooShort, PhraseTooLong.
    """
    forms = readings(phrase)
    also = _another_reading(phrase) if forms else None
    if also and _SAME < nearest(also, forms) < _OTHER_PER_SOUND * len(sounds(also)):
        forms.append(also)
    if not forms:
        raise PhraseTooShort(phrase, 0, FEWEST_PHONEMES)
    lengths = [len(sounds(form)) for form in forms]
    if max(lengths) < FEWEST_PHONEMES:
        raise PhraseTooShort(phrase, max(lengths), FEWEST_PHONEMES)
    if min(lengths) > MOST_PHONEMES:
        raise PhraseTooLong(phrase, min(lengths), MOST_PHONEMES)
    return forms


def _another_reading(phrase: str) -> str | None:
    """The whole phrase by espeak-ng; None where somebody wrote how it sounds, or where espeak-ng is not here."""
    if "/" in phrase:
        return None
    words = [dictionary.read_by_espeak(found["word"].strip(_EDGES)) for found in _WORD.finditer(phrase)]
    return " | ".join(word for word in words if word) if all(words) else None


def readings(text: str) -> list[str]:
    """The same for text of any length; [] for none. Raises NoPronunciation."""
    words = [_forms(text, found) for found in _WORD.finditer(text)]
    spoken = [forms for forms in words if forms]
    if not spoken:
        return []
    return [" | ".join(form) for form in islice(product(*spoken), _MOST_FORMS)]


def _forms(text: str, found: re.Match[str]) -> list[str]:
    """One word's ways; [] for a lone mark of punctuation."""
    if found["phonemes"] is not None:
        return [_written(text, found["phonemes"])]
    word = _bare(found["word"])
    if not word:
        return []
    if not _SPEAKABLE.fullmatch(word):
        raise NoPronunciation(text, found["word"], "it is written in letters that no voice here reads")
    known = dictionary.words().get(word)
    if known:
        return list(known)
    read = dictionary.read_by_espeak(found["word"].strip(_EDGES))
    if not read or not syllables(read):
        raise NoPronunciation(text, found["word"], "it is in no dictionary here")
    return [read]


def _bare(word: str) -> str:
    """Lower case, without accents and the punctuation around it."""
    plain = unicodedata.normalize("NFKD", word.replace("’", "'")).lower()
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).strip(_EDGES)


def _written(text: str, phonemes: str) -> str:
    """ARPAbet that the user wrote; vowels without a stress get one. Raises NoPronunciation."""
    symbols = phonemes.upper().split()
    wrong = [symbol for symbol in symbols if not is_phoneme(symbol)]
    if wrong or not symbols:
        reason = f"{wrong[0]} is not ARPAbet" if wrong else "there is nothing between the slashes"
        raise NoPronunciation(text, f"/{phonemes}/", reason)
    stressed = any(parted(symbol)[1] for symbol in symbols)
    marked: list[str] = []
    for symbol in symbols:
        bare = is_vowel(symbol) and not symbol[-1].isdigit()
        marked.append(f"{symbol}{0 if stressed else 1}" if bare else symbol)
        stressed = stressed or bare
    return " ".join(marked)


def varied(phonemes: str, draw: random.Random) -> str:
    """The same words as somebody else might say them: another stress, a reduced or a merged vowel, a soft t."""
    words = [word.split() for word in phonemes.split("|")]
    words = [[_altered(word, place, draw) for place in range(len(word))] for word in words]
    if len(words) > 1 and draw.random() < 0.5:
        heavy = draw.randrange(len(words))
        words = [word if place == heavy else _lightened(word) for place, word in enumerate(words)]
    return " | ".join(" ".join(symbol for symbol in word if symbol) for word in words)


def _altered(word: list[str], place: int, draw: random.Random) -> str:
    """One sound of a word, now and then as others say it."""
    symbol = word[place]
    before, after = word[place - 1] if place else "", word[place + 1] if place + 1 < len(word) else ""
    if after != "R" and symbol in ("AO1", "AA1") and draw.random() < 0.3:
        return {"AO1": "AA1", "AA1": "AO1"}[symbol]
    if symbol in ("AH0", "IH0") and draw.random() < 0.3:
        return {"AH0": "IH0", "IH0": "AH0"}[symbol]
    if symbol == "T" and before and after and is_vowel(before) and is_vowel(after) and after[-1] == "0":
        return "D" if draw.random() < 0.5 else "T"
    if symbol == "NG" and before == "IH0" and not after and draw.random() < 0.3:
        return "N"
    return symbol


def _lightened(word: list[str]) -> list[str]:
    return [symbol[:-1] + "2" if symbol.endswith("1") else symbol for symbol in word]
