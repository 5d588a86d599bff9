"""Runs of pytest inside a test, on a fake board."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TESTS = ROOT / "tests"
DOCUMENT = """\
<!-- begin: measured on a board; written by `plainsight hil`, do not edit -->
<!-- end: measured on a board -->
| what |
| --- |
| watchdog |
| journal |
"""
# The repository's own conftest.py, with a board that obeys the tests below in the place of a real or virtual one.
FAKE_RIG = """

import pytest as _pytest
from pathlib import Path as _Path
from tests.unit.harness.fake_board import FakeCable, make_rig, make_target

@_pytest.fixture(scope="session")
def rig(pytestconfig):
    hil = session_of(pytestconfig)
    missing = {"probe": "no probe board: --probe", "card": "no SD card that tests may write to: --card"}
    hil.target = make_target(simulated=not hil.on_a_port, missing=missing)
    rig = make_rig(hil.logs, FakeCable(), hil.target)
    yield rig
    rig.board.close()

@_pytest.fixture
def cable(board):
    return board.cable
"""


class Inner:
    """A small project with the harness in it; `run` starts pytest there and returns what came of it."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        conftest = (TESTS / "conftest.py").read_text().replace(', "pytester"', "")
        pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
        pytester.makeconftest(conftest + FAKE_RIG)
        self.path = pytester.path
        (self.path / "expected_skips.txt").write_text("")
        (self.path / "docs").mkdir()
        self.document.write_text(DOCUMENT)

    @property
    def document(self) -> Path:
        return self.path / "docs" / "hardware-status.md"

    @property
    def logs(self) -> list[Path]:
        folder = self.path / "build" / "hil"
        return sorted(folder.glob("*.log")) if folder.exists() else []

    def run(self, tests: str, *options: str) -> pytest.RunResult:
        self.pytester.makepyfile(test_it="import pytest\n\n" + tests)
        return self.pytester.runpytest_inprocess("-p", "no:randomly", "-p", "no:cacheprovider", *options)


@pytest.fixture
def inner(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Inner:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # two runs of one second may have files of one size
    return Inner(pytester)
