"""International bank account numbers (ISO 13616): country, length, and the remainder of 97 (ISO 7064)."""

from __future__ import annotations

import re

from companion_app.seeing.checks.lookalikes import as_digits, as_letters

# Characters in all, by country: the registry's lengths.
_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18,
    "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24,
    "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24,
    "XK": 20,
}  # fmt: skip
_START = re.compile(r"(?=([A-Z0-9]{2}[0-9OQDILZSGB]{2}[A-Z0-9]{11,30}))")
# What was read with a wrong letter still has the shape: a country, two digits, then fours.
_SHAPE = re.compile(r"\b[A-Z]{2}\d{2}(?: [A-Z0-9]{4}){3,7}(?: [A-Z0-9]{1,3})?(?![A-Z0-9])")


def remainder_holds(iban: str) -> bool:
    """True when `iban` (letters and digits only) leaves 1 on division by 97."""
    turned = iban[4:] + iban[:4]
    return int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def has_iban(text: str) -> bool:
    """True when a line holds an account number, or what has its shape exactly."""
    upper = "".join(c for c in text.upper() if c.isascii())
    if any(match.group()[:2] in _LENGTHS for match in _SHAPE.finditer(upper)):
        return True
    run = re.sub(r"[^A-Z0-9]", "", upper)
    return any(_holds(match.group(1)) for match in _START.finditer(run))


def _holds(candidate: str) -> bool:
    country = as_letters(candidate[:2])
    length = _LENGTHS.get(country)
    if length is None or len(candidate) < length:
        return False
    number = country + as_digits(candidate[2:4]) + candidate[4:length]
    # Many countries' numbers go on with the bank's four letters, the others with digits alone.
    return any(remainder_holds(number[:kept] + as_digits(number[kept:])) for kept in (length, 8, 4))
