"""Which pictures show a word: an index in memory, made anew at each unlock, so that no file tells what was read.

It is Python's own dictionaries and not SQLite's full-text search, which the phone's build of SQLite comes without.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable

_MAX_WORD_CHARACTERS = 40
_MAX_WORDS_OF_ONE = 2000
# Kana and Chinese characters are written without spaces between words: each is looked for on its own.
_WORD = re.compile(r"[぀-ヿ㐀-鿿]|[^\W_぀-ヿ㐀-鿿]+")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_TATWEEL = "ـ"  # stretches an Arabic word and is no letter of it


class WordIndex:
    """Pictures by the words they show; `picture` is a picture's id."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._pictures: dict[int, str] = {}
        self._shown: dict[int, tuple[str, ...]] = {}
        self._holding: dict[str, array[int]] = {}
        self._sorted: list[str] | None = []
        self._next = 0

    def __len__(self) -> int:
        return len(self._numbers)

    def put(self, picture: str, lines: Iterable[str]) -> None:
        """What `picture` shows is `lines`, and nothing else any more."""
        self.drop(picture)
        number = self._next
        self._next += 1
        self._numbers[picture], self._pictures[number] = number, picture
        shown = tuple(dict.fromkeys(word for line in lines for word in words_in(line)))[:_MAX_WORDS_OF_ONE]
        self._shown[number] = shown
        for word in shown:
            if word not in self._holding:
                self._holding[word] = array("I")
                self._sorted = None
            self._holding[word].append(number)

    def drop(self, picture: str) -> None:
        """Forget what `picture` shows; a word that no other one shows is gone with it."""
        number = self._numbers.pop(picture, None)
        if number is None:
            return
        del self._pictures[number]
        for word in self._shown.pop(number):
            holding = self._holding[word]
            holding.remove(number)
            if not holding:
                del self._holding[word]
                self._sorted = None

    def find(self, text: str) -> set[str]:
        """The pictures in which each word of `text` begins some word that is seen; none where `text` has no words."""
        found: set[int] | None = None
        for beginning in words_in(text):
            these = self._showing(beginning)
            found = these if found is None else found & these
            if not found:
                return set()
        return {self._pictures[number] for number in found or ()}

    def _showing(self, beginning: str) -> set[int]:
        if self._sorted is None:
            self._sorted = sorted(self._holding)
        found: set[int] = set()
        for at in range(bisect_left(self._sorted, beginning), len(self._sorted)):
            if not self._sorted[at].startswith(beginning):
                break
            found.update(self._holding[self._sorted[at]])
        return found


def words_in(text: str) -> list[str]:
    """The words of `text` as they are compared: without case, accents, vowel signs and the scripts' own digits."""
    if text.isascii():  # most of what is read, and ten times as fast
        return [word[:_MAX_WORD_CHARACTERS] for word in _ASCII_WORD.findall(text.lower())]
    apart = unicodedata.normalize("NFKD", text.casefold()).replace(_TATWEEL, "")
    plain = "".join(_digit(character) for character in apart if not unicodedata.combining(character))
    return [word[:_MAX_WORD_CHARACTERS] for word in _WORD.findall(plain)]


def _digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)
