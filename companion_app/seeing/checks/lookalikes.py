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
# A word of other lookalikes alone, such as SOIL, is a word.
_STROKES_AND_RINGS = frozenset("Il|!Oo")
_AS_LETTERS = str.maketrans(_LETTER_FOR)


def as_digits(text: str) -> str:
    """`text` with letters that look like digits made digits; others stay."""
    return text.translate(_AS_DIGITS)


def as_letters(text: str) -> str:
    """`text` with digits that look like letters made letters; others stay."""
    return text.translate(_AS_LETTERS)


def may_be_digits(run: str) -> bool:
    """True for a run of letters and digits that is a number, or may be one of which letters were made."""
    alike = as_digits(run)
    return alike.isdecimal() and alike.isascii() and (any(map(str.isdigit, run)) or set(run) <= _STROKES_AND_RINGS)
