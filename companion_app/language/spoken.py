"""Which language is spoken now: one for the whole process, as there is one wearer who reads."""

from __future__ import annotations

import gettext
import locale
import logging
import os
import struct
from collections.abc import Callable, Mapping
from pathlib import Path

from companion_app.language.known import SOURCE, Language, nearest

CATALOGUES = Path(__file__).parents[1] / "assets" / "languages"
DOMAIN = "plainsight"

_log = logging.getLogger(__name__)
_observers: list[Callable[[], None]] = []
_language: Language = SOURCE
_catalogue: gettext.NullTranslations = gettext.NullTranslations()


def current() -> Language:
    """The language in which `_` answers."""
    return _language


def catalogue() -> gettext.NullTranslations:
    """Where `_` looks; empty for the source language."""
    return _catalogue


def use(wanted: str, folder: Path = CATALOGUES) -> Language:
    """Speak `wanted` from now on; a language without a readable catalogue in `folder` is answered with the source."""
    global _language, _catalogue  # one wearer, one language
    language = nearest(wanted)
    read = gettext.NullTranslations() if language == SOURCE else _read(language, folder)
    if read is None:
        language, read = SOURCE, gettext.NullTranslations()
    changed = language != _language
    _language, _catalogue = language, read
    if changed:
        for tell in tuple(_observers):
            tell()
    return language


def observe(callback: Callable[[], None]) -> Callable[[], None]:
    """Call back after each change of the language, until the returned function is called."""
    _observers.append(callback)

    def unsubscribe() -> None:
        if callback in _observers:
            _observers.remove(callback)

    return unsubscribe


def system_language(environment: Mapping[str, str] = os.environ) -> str:
    """What the system is set to, as it says it ("de_AT.UTF-8"); empty where it says nothing."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return environment[name]
    return locale.getlocale()[0] or ""


def _read(language: Language, folder: Path) -> gettext.GNUTranslations | None:
    try:
        with (folder / language.code / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
            return gettext.GNUTranslations(file)
    except (OSError, ValueError, LookupError, struct.error) as error:
        _log.warning("no catalogue for %s: %r", language.code, error)
        return None
