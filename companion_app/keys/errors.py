"""What can go wrong with keys."""

from __future__ import annotations

from pathlib import Path

from companion_app.errors import AppError


class KeyUnreadable(AppError):
    """A key file is damaged, or protected in a way this version does not know; it is never replaced silently."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(path, fault)
        self.path = path
        self.fault = fault


class PhraseWrong(AppError):
    """A typed recovery phrase is none. `fault`: word_count, unknown_word, checksum.

    `word` is the first word that is in no phrase, `position` (from 1) where it stands, `near` what may be meant.
    """

    def __init__(self, fault: str, word: str = "", position: int = 0, near: tuple[str, ...] = ()) -> None:
        super().__init__(fault, word, position, near)
        self.fault = fault
        self.word = word
        self.position = position
        self.near = near

    def __str__(self) -> str:
        if self.fault == "unknown_word":
            hint = f"; did you mean {' or '.join(self.near)}?" if self.near else ""
            return f"word {self.position}, “{self.word}”, is in no recovery phrase{hint}"
        if self.fault == "word_count":
            return f"a recovery phrase has 24 words, not {self.position}"
        return "every word exists, but together they are no recovery phrase: one is wrong, or two changed places"


class KeyInUse(AppError):
    """This phone's own key opens the pictures of glasses it is paired with; another would shut them out."""


class CopyUnreadable(AppError):
    """A copy of an owner's key does not open with this phone's key: it is damaged, or was made for another phone."""


class CopyOfAnotherKey(AppError):
    """A copy opened, and is not the key that the paired glasses seal to."""
