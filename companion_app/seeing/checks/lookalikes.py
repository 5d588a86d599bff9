"""What a reader mistakes for a digit or a letter, undone where only one of the two can stand."""

from __future__ import annotations

_DIGIT_FOR = {
    "O": "0",
    "Q": "0",
    "D": "0",
    "I": "1",
    "L": "1",
    "|": "1",
    "!": "1",
    "Z": "2",
    "S": "5",
    "G": "6",
    "B": "8",
}
_LETTER_FOR = {"0": "O", "1": "I", "2": "Z", "5": "S", "6": "G", "8": "B"}
_AS_DIGITS = str.maketrans({**_DIGIT_FOR, **{letter.lower(): digit for letter, digit in _DIGIT_FOR.items()}})
_AS_LETTERS = str.maketrans(_LETTER_FOR)


def as_digits(text: str) -> str:
    """`text` with letters that look like digits made digits; others stay."""
    return text.translate(_AS_DIGITS)


def as_letters(text: str) -> str:
    """`text` with digits that look like letters made letters; others stay."""
    return text.translate(_AS_LETTERS)


def mostly_digits(text: str) -> bool:
    """True when at least half of the letters and digits are digits as read: then lookalikes may be undone."""
    digits = sum(c.isdigit() for c in text)
    return digits > 0 and 2 * digits >= sum(c.isalnum() for c in text)
