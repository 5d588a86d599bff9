"""What lies in companion_app/assets/languages, made from the sources and from what is translated there already."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from companion_app.language import KNOWN, SOURCE
from companion_app.language.spoken import CATALOGUES, DOMAIN
from host_tools.words.sources import Words, template

_WIDTH = 120
_TEMPLATE_HEAD = "# The words of the app, found in its sources by `make docs`; not to be edited: docs/languages.md"
_HEAD = "# Translate here, then run `make docs`: docs/languages.md"


def made(folder: Path = CATALOGUES) -> Iterator[tuple[Path, bytes]]:
    """Every file of `folder` as it should be: the template, and for each language its words and their compiled form."""
    found = template()
    yield folder / f"{DOMAIN}.pot", _po(found, _TEMPLATE_HEAD)
    for code in KNOWN:
        if code == SOURCE.code:
            continue
        path = po_path(code, folder)
        translated = merged(found, read(path, code), code)
        yield path, _po(translated, _HEAD)
        yield path.with_suffix(".mo"), compiled(translated)


def po_path(code: str, folder: Path = CATALOGUES) -> Path:
    """Where the words of a language lie."""
    return folder / code / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(path: Path, code: str) -> Catalog:
    """What is translated; nothing where the file does not exist yet. Raises PoFileError for a damaged one."""
    if not path.exists():
        return Catalog(locale=code)
    with path.open("rb") as file:
        return read_po(file, locale=code, abort_invalid=True)


def merged(found: Catalog, translated: Catalog, code: str) -> Catalog:
    """All of `found`, each with its translation or empty; what nobody says any more is dropped."""
    catalogue = Words(locale=code, charset="utf-8", fuzzy=False)
    for message in found:
        if not message.id:
            continue
        known = translated.get(message.id, context=message.context)
        string = known.string if known is not None and known.pluralizable == message.pluralizable else None
        catalogue.add(message.id, string, message.locations, context=message.context)
    return catalogue


def is_whole(message: Message) -> bool:
    """True where every form that the language has is there."""
    return bool(message.string) and (isinstance(message.string, str) or all(message.string))


def _po(catalogue: Catalog, head: str) -> bytes:
    catalogue.header_comment = head
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=_WIDTH, include_lineno=False)
    return buffer.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """Compiled, without what is not translated whole: that is said in the source language, never as nothing."""
    whole = Words(locale=catalogue.locale, charset="utf-8", fuzzy=False)
    for message in catalogue:
        if message.id and is_whole(message):
            whole.add(message.id, message.string, context=message.context)
    buffer = io.BytesIO()
    write_mo(buffer, whole)
    return buffer.getvalue()
