"""Boards: one with drivers meets every check of docs/adding-a-board.md, one that is only a page says what it lacks."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contracts.boards import CHECKS, ROOT, Board, Check, boards, missing

_XIAO = "xiao_esp32s3"
_WITH_DRIVERS = [board for board in boards() if board.has_drivers]
_PAGES = [board for board in boards() if not board.has_drivers]
Spoil = Callable[[Path], object]


def folder_of(board: Board) -> str:
    return board.folder.name


def word_of(check: Check) -> str:
    return check.__name__


@pytest.mark.parametrize("check", CHECKS, ids=word_of)
@pytest.mark.parametrize("board", _WITH_DRIVERS, ids=folder_of)
def test_a_board_with_drivers_is_done(board: Board, check: Check) -> None:
    assert list(check(board)) == []


@pytest.mark.parametrize("board", _PAGES, ids=folder_of)
def test_a_board_that_is_only_a_page_says_what_is_missing(board: Board) -> None:
    _, heading, listed = board.readme.partition("\n## Not done\n")
    assert heading
    assert re.findall(r"^- (.+)$", listed, re.MULTILINE) == missing(board) != []


@pytest.mark.parametrize("board", _WITH_DRIVERS, ids=folder_of)
def test_a_board_that_is_done_does_not_say_otherwise(board: Board) -> None:
    assert "Not done" not in board.readme


def test_every_folder_is_looked_at() -> None:
    assert {board.folder.name for board in boards()} == {_XIAO, "pi_zero_2w"}


@pytest.mark.parametrize("check", CHECKS, ids=word_of)
def test_the_guide_tells_every_check(check: Check) -> None:
    guide = (ROOT / "docs/adding-a-board.md").read_text()
    assert f"| `{check.__name__}` |" in guide


# The checks themselves


@pytest.fixture
def copy(tmp_path: Path) -> Board:
    """The board's folder and what names it, in a tree of their own."""
    for path in (f"firmware/boards/{_XIAO}", "hardware", "docs"):
        shutil.copytree(ROOT / path, tmp_path / path, ignore=shutil.ignore_patterns("__pycache__", "pictures"))
    (tmp_path / "firmware/plainsight").mkdir()
    shutil.copy(ROOT / "firmware/plainsight/contract.py", tmp_path / "firmware/plainsight")
    return Board(tmp_path / "firmware/boards" / _XIAO, tmp_path)


def replace(path: str, find: str, by: str) -> Spoil:
    """Change one place of one file."""

    def spoil(folder: Path) -> None:
        text = (folder / path).read_text()
        assert text.count(find) == 1, (path, find)
        (folder / path).write_text(text.replace(find, by))

    return spoil


def remove(path: str) -> Spoil:
    return lambda folder: (folder / path).unlink()


def empty(path: str) -> Spoil:
    return lambda folder: (folder / path).write_text("")


_ROOT = "../../.."
SPOILT: list[tuple[str, Spoil, str]] = [
    ("file", remove("pins.py"), "pins.py is missing"),
    ("boot file", remove("boot.py"), "boot.py is missing"),
    ("member", replace("board.py", "def wipe(", "def _wipe("), "Board.wipe is missing"),
    ("data", replace("board.py", "    light_hz = pins.LIGHT_HZ\n", ""), "Board.light_hz is missing"),
    ("parameter", replace("board.py", "def set_cpu(self, hz: int)", "def set_cpu(self)"), "Board.set_cpu takes"),
    ("name of a parameter", replace("board.py", "def rest(self, duration_ms", "def rest(self, ms"), "Board.rest takes"),
    (
        "contract",
        replace(f"{_ROOT}/firmware/plainsight/contract.py", "def muted(", "def deaf("),
        "Board.deaf is missing",
    ),
    (
        "import",
        replace("card.py", "import machine\n", "import machine\nfrom plainsight import light\n"),
        "plainsight.light",
    ),
    ("task", replace("card.py", "    def mount(", "    async def mount("), "mount is a task"),
    (
        "decision",
        replace(
            "card.py", "        self._card = None\n", "".join(f"        if {n}:\n            pass\n" for n in range(7))
        ),
        "__init__ has more than",
    ),
    (
        "syntax for mpy",
        replace("pins.py", "MUTE = 6", "MUTE = 6\nmatch MUTE:\n    case 6:\n        pass"),
        "pins.py does not",
    ),
    ("architecture", replace("README.md", "| compiled for | `xtensawin` |\n", ""), "names no architecture"),
    ("pin twice", replace("pins.py", "MUTE = 6", "MUTE = 5"), "GPIO 5 is named more than once"),
    ("pin within a row", replace("pins.py", "(15, 17,", "(15, 13,"), "GPIO 13 is named more than once"),
    ("idle pin", replace("pins.py", "MUTE = 6", "MUTE = 6\nANOTHER = 45"), "no driver uses ANOTHER"),
    ("manifest", replace("manifest.py", 'module("card.py", opt=3)', ""), "manifest.py leaves out card.py"),
    ("stale manifest", lambda folder: (folder / "manifest.py").open("a").write('module("gone.py")'), "lists gone.py"),
    ("no usb ids", replace("README.md", "| USB ids |", "| USB |"), "names no USB ids"),
    ("usb id", replace("README.md", "`303a:1001`", "`303a:9999`"), "takes 303a:9999 for no board"),
    ("wiring", replace("README.md", "| `MUTE` | 6 |", "| `MUTE` | 7 |"), "has no row | `MUTE` | 6 |"),
    (
        "way to the wiring",
        lambda folder: (folder / _ROOT / "hardware/README.md").write_text(""),
        "does not name its pins",
    ),
    ("honesty", lambda folder: (folder / _ROOT / "docs/hardware-status.md").write_text(""), "no column"),
    ("title", replace("README.md", "# XIAO ESP32S3 Sense", "# Something else"), "no column"),
]


@pytest.mark.parametrize(("spoil", "named"), [row[1:] for row in SPOILT], ids=[row[0] for row in SPOILT])
def test_what_is_missing_is_named(copy: Board, spoil: Spoil, named: str) -> None:
    assert missing(copy) == []
    spoil(copy.folder)
    assert any(named in text for text in missing(Board(copy.folder, copy.root))), missing(Board(copy.folder, copy.root))


def test_a_folder_of_another_name_is_unknown_to_the_host_tools(copy: Board) -> None:
    renamed = copy.folder.rename(copy.folder.with_name("another"))
    found = missing(Board(renamed, copy.root))
    assert "host_tools/flashing/images.toml has no image for it" in found
    assert "host_tools/release/build.py does not build for it" in found


def test_an_empty_folder_lacks_everything(tmp_path: Path) -> None:
    folder = tmp_path / "firmware/boards/new"
    folder.mkdir(parents=True)
    for path in ("hardware/README.md", "docs/hardware-status.md"):
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).touch()
    found = missing(Board(folder, tmp_path))
    assert {"README.md is missing", "board.py is missing", "README.md names no architecture (compiled for)"} < set(
        found
    )
