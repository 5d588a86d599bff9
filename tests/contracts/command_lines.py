"""Every `plainsight …` command line that documents and help texts show."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = re.compile(r"(?:^|\s)(?:\.venv/bin/)?plainsight(?P<rest>(?: .*)?)$")
_COMMENT = re.compile(r"\s+#.*$|\s{3,}.*$|(?<=\S)\s{2,}[a-zäöü].*$")


@dataclass(frozen=True)
class Line:
    """A command line as it is shown: where, and its words after `plainsight`. In prose it may be cut short."""

    where: str
    words: tuple[str, ...]
    in_prose: bool

    def __str__(self) -> str:
        return f"{self.where}: plainsight {' '.join(self.words)}"


def documents() -> list[Path]:
    """What people read."""
    return sorted(
        [
            *ROOT.glob("*.md"),
            *(ROOT / "docs").glob("*.md"),
            *(ROOT / "hardware").rglob("*.md"),
            *(ROOT / "firmware").rglob("*.md"),
        ]
    )


def of_document(path: Path) -> Iterator[Line]:
    """Lines of its code blocks, and what stands in backticks in its prose."""
    where = path.relative_to(ROOT).as_posix()
    in_block = False
    for text in path.read_text(encoding="utf-8").splitlines():
        if text.lstrip().startswith("```"):
            in_block = not in_block
        elif in_block or text.startswith("    "):
            yield from _parsed(where, text, in_prose=False)
        else:
            for quoted in re.findall(r"`([^`]+)`", text):
                yield from _parsed(where, quoted, in_prose=True)


def of_help(command: str, epilog: str) -> Iterator[Line]:
    """Lines of the examples of a sub-command."""
    for text in epilog.splitlines():
        if text.startswith("  plainsight "):
            yield from _parsed(f"plainsight {command} --help", text, in_prose=False)


def _parsed(where: str, text: str, *, in_prose: bool) -> Iterator[Line]:
    for part in re.split(r"\s[|;]\s|&&", _COMMENT.sub("", text.strip())):
        found = _PROGRAM.search(part.removesuffix("\\"))
        if found and found["rest"].strip():
            words = shlex.split(found["rest"].partition(" > ")[0])
            yield Line(where, tuple(word for word in words if word != "…"), in_prose)
