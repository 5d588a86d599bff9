"""docs/troubleshooting.md names every error of the host tools once, in the words that a person sees, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.errors import ErrorClass, error_classes

PAGE = Path(__file__).resolve().parents[2] / "docs/troubleshooting.md"
ERRORS = error_classes()


def rows(page: str) -> Iterator[tuple[str, str]]:
    """What it says and the class, of each row that ends with one."""
    for line in page.splitlines():
        if found := re.fullmatch(r"\| (.+?) \| .* \| `(\w+)` \|", line):
            yield found[1], found[2]


def quoted(cell: str) -> list[str]:
    """The literal words of a cell: what stands in backticks, cut at what is filled in."""
    texts = [one or other for one, other in re.findall(r"``(.+?)``|`([^`]+)`", cell)]
    return [piece.strip() for text in texts for piece in text.split("…") if piece.strip()]


ROWS = list(rows(PAGE.read_text(encoding="utf-8")))


def test_every_error_is_named_once() -> None:
    assert sorted(name for _, name in ROWS) == sorted(ERRORS)


@pytest.mark.parametrize(("cell", "name"), ROWS, ids=[name for _, name in ROWS])
def test_a_symptom_has_the_words_of_its_error(cell: str, name: str) -> None:
    text = "\n".join(ERRORS[name].words)
    assert [piece for piece in quoted(cell) if piece not in text] == []


@pytest.mark.parametrize("error", ERRORS.values(), ids=list(ERRORS))
def test_an_error_names_what_happened(error: ErrorClass) -> None:
    assert max(map(len, error.words), default=0) > 0, "an error without a text of its own tells nobody anything"


def test_bases_that_nobody_raises_are_no_errors() -> None:
    assert {"NoBoard", "LoaderSilent", "NotSeen"} < set(ERRORS)
    assert not {"CableError", "FlashError", "ImageError", "HarnessError", "HostError"} & set(ERRORS)


def test_words_are_read_as_they_are_shown(tmp_path: Path) -> None:
    (tmp_path / "exits.py").write_text("class HostError(Exception):\n    pass\n")
    (tmp_path / "cable").mkdir()
    (tmp_path / "cable/errors.py").write_text(
        "_AGAIN = 'try again'\n"
        "class Base(HostError):\n    def __init__(self, text):\n        super().__init__(f'cable: {text}')\n"
        "class Torn(Base):\n    def __init__(self, port):\n        super().__init__(f'torn at {port}: {_AGAIN}')\n"
        "class Cut(Torn):\n    pass\n"
        "class Bare(Torn):\n    pass\n"
        "class Never(Base):\n    pass\n"
        "class Other(Exception):\n    pass\n"
        "def act():\n    raise Torn('a') if 1 else Cut('b') if 2 else Other()\n"
        "def other():\n    raise Bare\n"
    )
    found = error_classes(tmp_path)
    assert set(found) == {"Torn", "Cut", "Bare"}
    assert found["Torn"].words == found["Cut"].words == ("torn at …: try again",)
