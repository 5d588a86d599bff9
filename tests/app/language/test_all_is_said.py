"""Every text of the window goes through the catalogue: nothing that a person reads is written past it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from host_tools.words.sources import APP, ROOT

UI = APP / "ui"
SAID_BY = {"_", "N_", "NN_", "ngettext", "pgettext"}
# Calls whose strings nobody reads: logs, fonts, names of things.
NOT_READ = {"debug", "info", "warning", "error", "exception", "getLogger", "register", "getattr", "setattr", "TypeVar"}
NOT_READ |= {"cast", "compile", "strftime", "startswith", "endswith", "replace", "split", "Path", "OptionProperty"}
SHOWN_IN_KV = re.compile(
    r"^\s*(?:text|caption|title|detail|label|hint|message|name|state_words|note):(.*)$", re.MULTILINE
)
LITERAL = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
PAST_IN_KV = re.compile(rf"_\({LITERAL.pattern}|[=!]= *{LITERAL.pattern}|\[{LITERAL.pattern}\]")
NOT_TRANSLATED = {"Plainsight", "SHA-256", "https://…", "MY_API_KEY"}  # names, and examples of what is typed
# Not read by the wearer: values of an outcome, the name by which the glasses know this phone, Kivy's own log lines.
DATA = {"failed before sending", "unknown: may have been sent", "This phone", "Input: MTDev", "not now"}


def is_sentence(text: str) -> bool:
    """True for what reads as words: two of them, or one that ends like a sentence."""
    return bool(re.search(r"[A-Za-z]{2,}[,:;]? [A-Za-z]", text) or re.fullmatch(r"[A-Z][a-z]+[.…]", text))


def unsaid(source: str) -> Iterator[tuple[int, str]]:
    """Sentences of a Python module that no function of `SAID_BY` is given: line and text."""
    tree = ast.parse(source)
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        if (isinstance(node, ast.Call) and _name(node.func) in SAID_BY | NOT_READ) or isinstance(node, ast.Raise):
            skipped.update(ast.walk(node))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(node.value)
        elif isinstance(node, ast.Assert):
            skipped.update(ast.walk(node))
    for node in ast.walk(tree):
        if node not in skipped and isinstance(node, ast.Constant) and isinstance(node.value, str) and _read(node.value):
            yield node.lineno, node.value


def _read(text: str) -> bool:
    """True for a sentence that is neither data nor a piece of a style sheet or a page."""
    return is_sentence(text) and text not in DATA and not re.search("[<{]", text)


def unsaid_in_kv(rules: str) -> Iterator[str]:
    """Literals with a letter that a kv rule shows as they are."""
    for shown in SHOWN_IN_KV.finditer(rules):
        for literal in LITERAL.finditer(PAST_IN_KV.sub("", shown[1])):
            text = str(ast.literal_eval(literal[1]))
            if re.search(r"[A-Za-z]{2}", text) and text not in NOT_TRANSLATED:
                yield text


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _modules() -> list[Path]:
    return sorted(path for path in UI.rglob("*.py") if "theme" not in path.parts)


def test_no_sentence_of_a_module_is_said_past_the_catalogue() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}" for path in _modules() for line, text in unsaid(path.read_text())
    ]
    assert not found, "\n".join(found)


def test_no_kv_rule_shows_a_literal() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {text}"
        for path in sorted(UI.rglob("*.kv"))
        for text in unsaid_in_kv(path.read_text())
    ]
    assert not found, "\n".join(found)


def test_nothing_is_said_when_a_module_is_imported() -> None:
    """The language may change later: what stands in a module is marked there, and said when it is shown."""
    found: list[str] = []
    for path in sorted(APP.rglob("*.py")):
        tree = ast.parse(path.read_text())
        functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
        inside = {one for node in ast.walk(tree) if isinstance(node, functions) for one in ast.walk(node)}
        early = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and _name(node.func) in {"_", "ngettext", "pgettext"} and node not in inside
        ]
        found += [f"{path.relative_to(ROOT)}:{node.lineno}" for node in early]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('x = "Nothing left this device."', 1),
        ('x = _("Nothing left this device.")', 0),
        ('x = N_("Nothing left.") + f"It was {x} today"', 1),
        ('def f():\n    """Only a docstring here."""\n    return "Remove it now"', 1),
        ('log.warning("no catalogue for %s", x)', 0),
        ('x = "snake_case"', 0),
    ],
)
def test_what_counts_as_said(source: str, count: int) -> None:
    assert len(list(unsaid(source))) == count


@pytest.mark.parametrize(
    ("rule", "count"),
    [
        ('    text: "Pair"', 1),
        ('    text: _("Pair")', 0),
        ('    caption: _("Pairing…") if root.busy else "Pair"', 1),
        ('    text: root.words if root.kind == "good" else ""', 0),
        ('    icon: "close"', 0),
    ],
)
def test_what_counts_as_said_in_kv(rule: str, count: int) -> None:
    assert len(list(unsaid_in_kv(rule))) == count
