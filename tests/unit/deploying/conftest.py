"""A board without USB, and two small versions of an application for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.deploying.bench import MAIN, Board, firmware


@pytest.fixture(scope="session")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return firmware(tmp_path_factory.mktemp("old") / "firmware", "0.1.0")


@pytest.fixture(scope="session")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another application, loader, boot.py and main.py; one file of the application is the same."""
    tree = tmp_path_factory.mktemp("new") / "firmware"
    return firmware(tree, "0.2.0", main=f"# later\n{MAIN}", later="LATER = True\n")


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Board]:
    """Nothing but MicroPython."""
    board = Board(tmp_path / "bare.img")
    yield board
    board.switch_off()


@pytest.fixture(scope="session")
def _running_old(tmp_path_factory: pytest.TempPathFactory, old: Path) -> Board:
    board = Board(tmp_path_factory.mktemp("running") / "old.img")
    board.deploy(old)
    board.switch_off()
    return board


@pytest.fixture
def running(_running_old: Board, tmp_path: Path) -> Iterator[Board]:
    """The old application runs on it."""
    board = _running_old.copy(tmp_path / "running.img")
    yield board
    board.switch_off()
