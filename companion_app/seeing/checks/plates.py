"""Number plates: a whole line of a known format, in a plate's shape. Formats are many; this knows the common ones."""

from __future__ import annotations

import re

_GAP = r"[ \-·.:•]?"
_SEPARATED = r"[ \-·.:•]{1,3}"
# Formats that little else has.
_STRONG = (
    rf"[A-Z]{{2}}{_GAP}\d{{2}}{_GAP}[A-Z]{{3}}",  # GB since 2001
    rf"[A-Z]{{2}}{_GAP}\d{{3}}{_GAP}[A-Z]{{2}}",  # FR, IT, SK, AL, GE
    rf"[A-ZÄÖÜ]{{1,3}}{_SEPARATED}[A-Z]{{1,2}}{_GAP}\d{{1,4}}[EH]?",  # DE
    rf"\d{{4}}{_GAP}[B-DF-HJ-NP-TV-Z]{{3}}",  # ES
    rf"\d{_GAP}[A-Z]{{3}}{_GAP}\d{{3}}",  # BE, California
    rf"[A-Z]{{3}}{_GAP}\d[A-Z]\d{{2}}",  # Mercosur
    rf"[A-Z]{{2}}{_GAP}\d{{1,2}}{_GAP}[A-Z]{{1,3}}{_GAP}\d{{4}}",  # IN
    r"[ABEKMHOPCTYX]\d{3}[ABEKMHOPCTYX]{2} ?\d{2,3}(?:RUS)?",  # RU
    rf"[A-Z]{{2}}{_GAP}\d{{4}}{_GAP}[A-Z]{{2}}",  # UA, BG
    rf"\d{{2,3}}{_GAP}[A-Z]{{1,3}}{_GAP}\d{{2,5}}",  # TR, IE, PT (one kind), NL (one kind)
    rf"[A-Z]{{1,2}}{_GAP}\d{{3}}{_GAP}[A-Z]{{1,3}}",  # NL, HR, LV
    rf"\d{{1,2}}{_GAP}[A-Z]{{2,3}}{_GAP}\d{{1,2}}",  # NL
    rf"[A-Z]{{2}}{_GAP}\d{{2}}{_GAP}[A-Z]{{2}}",  # NL, PT
    r"\d{2}[ -]\d{2}[ -][A-Z]{2}|[A-Z]{2}[ -]\d{2}[ -]\d{2}",  # NL, PT
    rf"[\u4e00-\u9fff]{_GAP}[A-Z]{_GAP}[A-Z0-9]{{5,6}}",  # CN
    rf"\d[A-Z]\d{_GAP}\d{{4}}",  # CZ
)
# Formats that a flight, a room or a bus may have, too: taken for a plate only where it stands alone.
_WEAK = (
    rf"[A-Z]{{3}}{_GAP}\d{{2,4}}[A-Z0-9]?",  # US, SE, FI, LT, HU, AR
    rf"[A-Z]{{2}}{_GAP}\d{{4,6}}",  # CH, NO, DK
    rf"[A-Z]{{2,3}}{_GAP}\d[A-Z0-9]{{3,4}}",  # PL
    rf"\d{{3,4}}{_GAP}[A-Z]{{2,3}}",  # US
    rf"[A-Z]\d{{1,2}}{_GAP}[A-Z]{{3}}",  # GB before 2001
)
_STRONG_PLATE = re.compile("|".join(f"(?:{pattern})" for pattern in _STRONG))
_WEAK_PLATE = re.compile("|".join(f"(?:{pattern})" for pattern in _WEAK))
# One-line plates are 520 × 110 mm in Europe, 305 × 152 mm in America; letters fill two thirds of the height. Seen
# from the side they are narrower.
_LEAST_SHAPE, _MOST_SHAPE = 1.3, 9.0
# The band at the left with the country's letters, read into the same line.
_COUNTRY = re.compile(r"^(?:GB|UK|NL|D|F|I|E|B|A|P|PL|S|N|DK|FIN|CZ|SK|H|RO|BG|IRL|L|CH|EST|LV|LT|SLO|HR) (?=\S{4})")


def is_plate(text: str, shape: float, *, alone: bool) -> bool:
    """True when `text` is a plate's; `shape` is the line's length over its height, `alone`: no text like it around."""
    if not _LEAST_SHAPE <= shape <= _MOST_SHAPE:
        return False
    line = text.strip(" .,:;-|[](){}'\"*")
    # One small letter among capitals was misread; a word in small letters is no plate.
    line = line.upper() if sum(map(str.islower, line)) <= 1 else line
    return any(_fits(candidate, alone=alone) for candidate in {line, _COUNTRY.sub("", line)})


def _fits(line: str, *, alone: bool) -> bool:
    return bool(_STRONG_PLATE.fullmatch(line) or (alone and _WEAK_PLATE.fullmatch(line)))
