"""The languages that the app speaks. A new one is a row here and a catalogue: docs/languages.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """One language: its code (BCP 47), its own name, where its lines begin, and the signs in its numbers (CLDR)."""

    code: str
    own_name: str
    right_to_left: bool
    decimal_sign: str
    group_sign: str


SOURCE = Language("en", "English", False, ".", ",")
# Arabic with the digits 0-9, as CLDR writes it for the Maghreb and the Emirates: codes and hashes stay comparable.
KNOWN: Mapping[str, Language] = {
    language.code: language
    for language in (SOURCE, Language("de", "Deutsch", False, ",", "."), Language("ar", "العربية", True, ".", ","))
}


def nearest(wanted: str) -> Language:
    """The language that `wanted` names ("de", "de_AT.UTF-8", "ar-EG"); the source where we do not speak it."""
    code = wanted.replace("_", "-").split(".")[0].split("-")[0].lower()
    return KNOWN.get(code, SOURCE)
