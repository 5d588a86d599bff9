"""Every link of a document leads somewhere: the file is there, and so is the heading."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.contracts.command_lines import ROOT, documents

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FILE_IN_PROSE = re.compile(r"`((?:docs|hardware|firmware|host_tools|companion_app|tests|requirements)/[\w./-]+\.\w+)`")


def anchors(path: Path) -> set[str]:
    """The names by which headings are linked."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def broken(page: Path, root: Path = ROOT) -> list[str]:
    """What a page leads to that is not there."""
    text = page.read_text(encoding="utf-8")
    found: list[str] = []
    for link in _LINK.findall(text):
        if link.startswith(("https://", "http://", "mailto:")):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name) if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            found.append(link)
    return found + [name for name in _FILE_IN_PROSE.findall(text) if not (root / name).exists()]


@pytest.mark.parametrize("page", documents(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_leads_only_to_what_is_there(page: Path) -> None:
    assert broken(page) == []


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/other.md").write_text("# Other page\n\n## What's *here*, then?\n")
    page = tmp_path / "page.md"
    page.write_text(
        "[a](docs/other.md) [b](docs/other.md#whats-here-then) [c](docs/gone.md) [d](docs/other.md#not-here) "
        "[e](https://example.org/x) [f](#self) `docs/gone.py` `docs/other.md`\n# Self\n"
    )
    assert broken(page, tmp_path) == ["docs/gone.md", "docs/other.md#not-here", "docs/gone.py"]
