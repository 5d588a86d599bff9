"""Payment card numbers: 13–19 digits whose Luhn sum holds, or groups that look like a card's where one was misread."""

from __future__ import annotations

import re
from collections.abc import Sequence

from companion_app.seeing.checks.lookalikes import as_digits, may_be_digits

_FEWEST, _USUAL, _MOST, _LONGEST_RUN = 13, 16, 19, 40
_FEWEST_BLURRED = 7
# ISO/IEC 7812: 1 and 2 airlines and others, 3 travel, 4 and 5 banks, 6 merchandising and banks, 8 and 9 national.
_FIRST = frozenset("12345689")
# How American Express and Diners set their numbers; all others in fours, of which the last may be shorter.
_SHAPES = frozenset({(4, 6, 5), (4, 6, 4)})
_OF_A_TIME_OR_PRICE = frozenset(":€$£%")
_GROUPS = re.compile(r"[0-9A-Za-z|!]+")


def luhn(digits: str) -> bool:
    """True when the last of `digits` is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def groups(text: str) -> list[str]:
    """The runs of digits in `text`, lookalikes undone; "" for each word, so that nothing is joined over it."""
    return [as_digits(run) if may_be_digits(run) else "" for run in _GROUPS.findall(text)]


def is_card(parts: Sequence[str]) -> bool:
    """True when neighbouring groups of digits make a card number. An empty part stands for a word between."""
    for start in range(len(parts)):
        number = ""
        for end in range(start, len(parts)):
            number += parts[end]
            if not parts[end] or len(number) > _LONGEST_RUN:
                break
            if _is_number(number, parts[start : end + 1]):
                return True
    return False


def _is_number(number: str, parts: Sequence[str]) -> bool:
    if len(number) < _FEWEST or len(set(number)) == 1:
        return False
    if len(number) <= _MOST and number[0] in _FIRST and luhn(number):
        return True
    shape = tuple(map(len, parts))
    return shape in _SHAPES or shape[:3] == (4, 4, 4) or _within(number)


def _within(number: str) -> bool:
    """A number of 16 with something read into it at an end, or that runs on into what stands beside it."""
    windows = (number[start : start + _USUAL] for start in range(1 + len(number) - _USUAL))
    return any(window[0] in _FIRST and luhn(window) for window in windows)


def has_card(text: str) -> bool:
    """True when one line holds a card number."""
    return is_card(groups(text))


def is_part(text: str) -> bool:
    """True for a line that may be a piece of a card number: nothing but groups of 2–8 digits."""
    found = groups(text)
    return bool(found) and all(2 <= len(group) <= 8 for group in found)


def is_blurred_number(text: str) -> bool:
    """True for a line that the reader could hardly make out, but for its being a long number."""
    digits = sum(c.isdigit() for c in text)
    return (
        digits >= _FEWEST_BLURRED
        and not _OF_A_TIME_OR_PRICE & set(text)
        and 3 * digits >= 2 * sum(c.isalnum() for c in text)
    )
