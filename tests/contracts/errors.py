"""Every error that somebody with a board on a cable can meet, and its words: read from the source, not imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2] / "host_tools"
ROOMS = ("cable", "flashing", "deploying", "provisioning", "harness", "keyword")


@dataclass(frozen=True)
class Source:
    """A class as it is written: the names of its bases, and the strings in its methods."""

    name: str
    room: str
    bases: tuple[str, ...]
    strings: tuple[str, ...]


@dataclass(frozen=True)
class ErrorClass:
    """One error; `words` are the fixed parts of its texts, with … for what is filled in."""

    name: str
    room: str
    words: tuple[str, ...]


def error_classes(tools: Path = TOOLS) -> dict[str, ErrorClass]:
    """Name to class of all that are raised themselves: a base that only others derive from is no message to anybody."""
    homes = [tools / "exits.py", *(path for room in ROOMS for path in sorted((tools / room).rglob("*.py")))]
    classes = {source.name: source for path in homes for source in _classes(path, tools)}
    made = {name for path in tools.rglob("*.py") for name in _called(path)}
    found: dict[str, ErrorClass] = {}
    for name, source in classes.items():
        line = list(_line(name, classes))
        if source.room in ROOMS and name in made and "HostError" in (one.name for one in line):
            words = next((one.strings for one in line if one.strings), ())
            found[name] = ErrorClass(name, source.room, words)
    return found


def _line(name: str, classes: dict[str, Source]) -> Iterator[Source]:
    """The class and what it derives from, nearest first."""
    if name in classes:
        yield classes[name]
        for base in classes[name].bases:
            yield from _line(base, classes)


def _classes(path: Path, tools: Path) -> Iterator[Source]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            bases = tuple(base.id for base in node.bases if isinstance(base, ast.Name))
            room = path.relative_to(tools).parts[0]
            yield Source(node.name, room, bases, tuple(_strings(node, texts)))


def _strings(cls: ast.ClassDef, texts: dict[str, str]) -> Iterator[str]:
    for method in (node for node in cls.body if isinstance(node, ast.FunctionDef)):
        inside = {id(part) for node in ast.walk(method) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(method):
            if isinstance(node, ast.JoinedStr):
                yield "".join(_part(part, texts) for part in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
                yield node.value


def _part(part: ast.expr, texts: dict[str, str]) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    name = part.value.id if isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.Name) else ""
    return texts.get(name, "…")


def _called(path: Path) -> Iterator[str]:
    """Names that are called, or raised as they are."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        made = node.func if isinstance(node, ast.Call) else node.exc if isinstance(node, ast.Raise) else None
        yield made.attr if isinstance(made, ast.Attribute) else getattr(made, "id", "")
