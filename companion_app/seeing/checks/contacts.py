"""How to reach somebody: e-mail addresses, telephone numbers, names of accounts."""

from __future__ import annotations

import re

# A reader puts spaces beside the sign, and takes it for others.
_EMAIL = re.compile(r"[\w.+-]{1,64} ?[@©®] ?[\w-]{1,63}(?: ?\. ?[\w-]{2,63}){1,4}")
_ACCOUNT = re.compile(r"(?:^|[\s:(])@[A-Za-z_][\w.]{2,29}\b")
_CALL = re.compile(r"(?i)\b(?:tel|telefoon|telefon|phone|mobile?|mob|cell|call|fax|whatsapp|sms)\b|[☎📞✆]")
_NUMBER = re.compile(r"(?<![\w.,])(\+|00)?[ ]?\(?\d[\d ()./\-–]{4,24}\d(?![\w])")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_FEWEST, _MOST = 7, 15
_FEWEST_BARE = 9


def has_contact(text: str) -> bool:
    """True when a line holds an e-mail address, an account's name or a telephone number."""
    return bool(_EMAIL.search(text) or _ACCOUNT.search(text)) or _has_phone(text)


def _has_phone(text: str) -> bool:
    called = bool(_CALL.search(text))
    return any(_is_phone(match.group(), called=called) for match in _NUMBER.finditer(text))


def _is_phone(number: str, *, called: bool) -> bool:
    """E.164 allows 15 digits; without a plus, a trunk 0, brackets or a word for it, digits alone are no telephone."""
    digits = re.sub(r"\D", "", number)
    if not _FEWEST <= len(digits) <= _MOST or _DATE.fullmatch(number.strip()):
        return False
    if number.startswith("+") or called:
        return True
    parts = len(re.findall(r"\d+", number))
    if len(digits) < _FEWEST_BARE:
        return False
    return digits[0] == "0" or (parts >= 2 and ("(" in number or parts >= 3 or "-" in number))
