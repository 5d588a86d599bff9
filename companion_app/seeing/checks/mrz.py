"""Machine-readable zones of passports, identity cards and visas (ICAO 9303): check digits, O and 0 by position."""

from __future__ import annotations

import re

from companion_app.seeing.checks.lookalikes import as_digits

_WEIGHTS = (7, 3, 1)
# Two dates with their check digits and the sex between stand in each format: TD1 line 2, TD2, TD3, MRV-A/B line 2.
_DIGIT = "[0-9OQDILZSGB]"
_DATES = re.compile(rf"(?=({_DIGIT}{{6}})({_DIGIT})(?:[A-Z<]{{3}})?([MFX<])({_DIGIT}{{6}})({_DIGIT}))")
# How the first line of each format begins: a document's code and the state that issued it.
_FIRST_LINE = re.compile(r"^(?:P[A-Z<]|V[A-Z<]|[IAC][A-Z0-9<])[A-Z0<]{3}")
_FILLERS = str.maketrans(
    {"«": "<<", "‹": "<", "≤": "<", "〈": "<", "《": "<<", "＜": "<", "˂": "<", "(": "<", "{": "<"}
)
_SHORTEST, _LONGEST = 26, 48
_FEWEST = 8


def check_digit(field: str) -> int:
    """The check digit of `field`: letters count 10–35, fillers 0, weights 7 3 1 (ICAO 9303-3, 4.9)."""
    return sum((0 if c == "<" else int(c, 36)) * _WEIGHTS[i % 3] for i, c in enumerate(field)) % 10


def tidy(text: str) -> str:
    """A line as the zone writes it: capitals, digits and `<`; what else was read is dropped."""
    return re.sub(r"[^A-Z0-9<]", "", text.upper().translate(_FILLERS))


def is_mrz(text: str) -> bool:
    """True when a line is one of a machine-readable zone: by its check digits, or by its fillers."""
    line = tidy(text)
    if len(line) < _FEWEST:
        return False
    return _has_fillers(line) or _has_dates(line) or _is_first_with_number(line)


def _has_fillers(line: str) -> bool:
    """Nothing else people write has runs of `<`."""
    return "<<<" in line or ("<<" in line and len(line) >= _FEWEST) or line.count("<") >= 3


def _has_dates(line: str) -> bool:
    """Birth and expiry, each with its own check digit: by chance one line in 100 that has the pattern at all."""
    if not _SHORTEST <= len(line) <= _LONGEST:
        return False
    for birth, first, _sex, expiry, second in _DATES.findall(line):
        if check_digit(as_digits(birth)) == int(as_digits(first)) and check_digit(as_digits(expiry)) == int(
            as_digits(second)
        ):
            return True
    return False


def _is_first_with_number(line: str) -> bool:
    """The first line of TD1: code, state, number, check digit; the number may have O for 0 or the reverse."""
    if not _SHORTEST <= len(line) <= _LONGEST or not _FIRST_LINE.match(line):
        return False
    number, digit = line[5:14], as_digits(line[14])
    if not digit.isdecimal():
        return False
    return int(digit) in {check_digit(number), check_digit(number.replace("O", "0")), check_digit(as_digits(number))}
