"""What comes in pieces becomes sentences that can be said: bounded, without markup, without the glasses' own words."""

from __future__ import annotations

import re

from companion_app.plain_text import plain_text

MAX_SPOKEN_CHARACTERS = 300
_MAX_HELD_CHARACTERS = 8000
_END = re.compile(r"[.!?…]+(?=\s)|\n+")
# espeak-ng takes what stands in double brackets for phonemes; no answer needs brackets to be understood.
_MARKUP = str.maketrans("[]<>{}\\^", " " * 8)
# A loudspeaker near the glasses must not say the words that they listen for: it would take a picture, or end something.
_WORDS_OF_THE_GLASSES = re.compile(r"\b(?:look|stop)[a-z]*\b", re.IGNORECASE)


class Sentences:
    """Collects the pieces of one answer."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> list[str]:
        """Take a piece; returns the sentences that are whole by now, ready to be said."""
        self._held = (self._held + piece)[:_MAX_HELD_CHARACTERS]
        whole: list[str] = []
        while end := _END.search(self._held):
            whole.append(self._held[: end.end()])
            self._held = self._held[end.end() :]
        while len(self._held) > MAX_SPOKEN_CHARACTERS:
            cut = self._held.rfind(" ", 1, MAX_SPOKEN_CHARACTERS) + 1 or MAX_SPOKEN_CHARACTERS
            whole.append(self._held[:cut])
            self._held = self._held[cut:]
        return _sayable(whole)

    def end(self) -> list[str]:
        """The rest, once nothing more comes."""
        rest, self._held = self._held, ""
        return _sayable([rest])


def spoken(text: str) -> str:
    """`text` as it may be said aloud; "" where nothing of it can."""
    plain = plain_text(text, MAX_SPOKEN_CHARACTERS).translate(_MARKUP)
    words = " ".join(_WORDS_OF_THE_GLASSES.sub(" ", plain).split())
    return words if any(character.isalnum() for character in words) else ""


def _sayable(sentences: list[str]) -> list[str]:
    return [words for sentence in sentences if (words := spoken(sentence))]
