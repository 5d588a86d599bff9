"""Finds every text that the app says: in Python by Babel, in kv rules line by line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "companion_app"

# Which argument of which function is a text (Babel's notation: "c" is the context).
_KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "NN_": (1, 2), "pgettext": ((1, "c"), 2)}
_IN_KV = re.compile(r"""(?<![\w.])_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")


def template(folder: Path = APP) -> Catalog:
    """Every text below `folder`, each with the files that say it, in the order of the files."""
    catalogue = Words(charset="utf-8", fuzzy=False)
    for path in sorted(folder.rglob("*.py")):
        for _line, message, comments, context in extract_from_file("python", path, keywords=_KEYWORDS):
            catalogue.add(message, None, [_place(path, folder)], (), comments, context=context)
    for path in sorted(folder.rglob("*.kv")):
        for message in kv_texts(path.read_text(encoding="utf-8")):
            catalogue.add(message, None, [_place(path, folder)])
    return catalogue


def kv_texts(rules: str) -> Iterator[str]:
    """What kv rules say: the first argument of each `_(`, a literal as everywhere in kv."""
    for found in _IN_KV.finditer(rules):
        yield str(ast.literal_eval(found[1]))


class Words(Catalog):
    """A catalogue without the dates of its making: the same words give the same bytes."""

    def _headers(self) -> list[tuple[str, str]]:
        unwanted = (
            "Project-Id-Version",
            "POT-Creation-Date",
            "PO-Revision-Date",
            "Last-Translator",
            "Language-Team",
            "Report-Msgid-Bugs-To",
        )
        return [one for one in self._get_mime_headers() if one[0] not in (*unwanted, "Generated-By")]

    mime_headers = property(_headers, Catalog._set_mime_headers)  # pyright: ignore[reportAssignmentType]


def _place(path: Path, folder: Path) -> tuple[str, int]:
    return path.relative_to(folder.parent).as_posix(), 0
