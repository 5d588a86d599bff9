"""Numbers and sizes with the signs of the language spoken now."""

from __future__ import annotations

from companion_app.language.messages import N_, _, ngettext
from companion_app.language.spoken import current

_KILO = 1000  # as shops and systems count storage, and as what left is counted
_UNITS = (N_("{size} kB"), N_("{size} MB"), N_("{size} GB"), N_("{size} TB"))


def number(value: float, places: int = 0) -> str:
    """`value` grouped by thousands, with `places` decimals: 1,234.5 in English, 1.234,5 in German."""
    language = current()
    signs = str.maketrans(",.", language.group_sign + language.decimal_sign)
    return f"{value:,.{places}f}".translate(signs)


def byte_count(count: int) -> str:
    """An exact number of bytes: what is promised must be countable."""
    return ngettext("{n} byte", "{n} bytes", count, n=number(count))


def byte_words(count: int) -> str:
    """A size as people compare it, in steps of 1,000: 999 bytes, 1.2 MB; one decimal below ten."""
    if count < _KILO:
        return byte_count(count)
    size, unit = count / _KILO, 0
    while round(size) >= _KILO and unit < len(_UNITS) - 1:
        size, unit = size / _KILO, unit + 1
    return _(_UNITS[unit], size=number(size, 1 if size < 9.95 else 0))
