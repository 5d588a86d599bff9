"""What was read in pictures, a sealed row each: a picture with a row, even an empty one, is not read again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import cast

from companion_app.gallery.words.index import WordIndex
from companion_app.store.broken import note_broken
from companion_app.store.database import Database

WORDS = "words"
_MOST_LINES = 200
_MOST_CHARACTERS = 300


class Words:
    """The lines of every picture that was read. Deleting a picture drops its row (see Gallery), and here its words."""

    def __init__(self, database: Database) -> None:
        self._database = database
        rows = database.rows(WORDS, note_broken(WORDS))  # a picture whose words are lost is read again
        self._lines = {picture: _lines_of(row) for picture, row in rows}
        self._made: WordIndex | None = None

    def of(self, picture: str) -> tuple[str, ...] | None:
        """The lines read in the picture with this id, top to bottom; None where it was not read yet."""
        return self._lines.get(picture)

    def keep(self, picture: str, lines: Sequence[str]) -> None:
        """This is what it shows, durable on return. Raises StoreError."""
        kept = tuple(line[:_MOST_CHARACTERS] for line in lines[:_MOST_LINES])
        with self._database.transaction() as tables:
            tables.put(WORDS, picture, json.dumps(kept).encode())
        self._lines[picture] = kept
        if self._made is not None:
            self._made.put(picture, kept)

    def drop(self, picture: str) -> None:
        """Forget in memory what the picture showed; its row went with the picture's."""
        self._lines.pop(picture, None)
        if self._made is not None:
            self._made.drop(picture)

    def forget_all(self) -> None:
        """Forget every word, durable on return; the pictures stay, and are read again where reading goes on."""
        with self._database.transaction() as tables:
            for picture in self._lines:
                tables.remove(WORDS, picture)
        self._lines, self._made = {}, None

    def find(self, text: str) -> set[str]:
        """The ids of pictures that show all words of `text`, or words that begin so."""
        if self._made is None:  # not before somebody searches: opening the app need not wait for it
            self._made = WordIndex()
            for picture, lines in self._lines.items():
                self._made.put(picture, lines)
        return self._made.find(text)


def _lines_of(row: bytes) -> tuple[str, ...]:
    """What opens was written here: a list of strings."""
    return tuple(cast("list[str]", json.loads(row)))
