"""What one pytest session knows about its board: options, logs to keep, failures of the cable, rows to write."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from host_tools.harness.needs import rows_of, uses_board
from host_tools.harness.transport import TransportFailures, is_transport_failure

if TYPE_CHECKING:
    from host_tools.harness.board import HilBoard
    from host_tools.harness.status import Tally
    from host_tools.harness.target import Target

SIM = "sim"
LOGS = Path("build") / "hil"
DOCUMENT = Path("docs") / "hardware-status.md"


@dataclass
class BoardTest:
    """One test while it runs: its board, what it raised, how it ended."""

    board: HilBoard | None = None
    errors: list[BaseException] = field(default_factory=list[BaseException])
    failed: bool = False
    skipped: bool = False


@dataclass
class HilSession:
    """One of these hangs on the pytest configuration."""

    target_option: str
    root: Path
    logs: Path
    transport: TransportFailures = field(default_factory=TransportFailures)
    listed_skips: dict[str, str] = field(default_factory=dict[str, str])
    target: Target | None = None
    passed: int = 0
    published: list[str] = field(default_factory=list[str])
    running: BoardTest = field(default_factory=BoardTest)
    _planned: Counter[str] = field(default_factory=Counter[str])
    _ended: dict[str, Counter[str]] = field(default_factory=dict[str, Counter[str]])

    @property
    def on_a_port(self) -> bool:
        """The command line named something else than the virtual board."""
        return self.target_option != SIM

    @property
    def document(self) -> Path:
        """What has been verified on a board."""
        return self.root / DOCUMENT

    def plan(self, items: list[pytest.Item]) -> None:
        """The tests that were found, before any is left out by -k, -m or --lf."""
        self._planned.update(row for item in items for row in rows_of(item))

    def test_ended(self, item: pytest.Item) -> None:
        """Count the test that ran for its rows."""
        test = self.running
        outcome = self._outcome(test)
        for row in rows_of(item):
            self._ended.setdefault(row, Counter())[outcome] += 1
        if uses_board(item) and outcome != "skipped":  # a skip has asked the board nothing
            self.transport.ended(item.nodeid, test.errors)
        if test.board is not None and outcome == "passed":
            self.passed += 1

    @staticmethod
    def _outcome(test: BoardTest) -> str:
        """A test that lost its cable has learnt nothing about its row."""
        if test.failed:
            lost = bool(test.errors) and all(is_transport_failure(error) for error in test.errors)
            return "lost" if lost else "failed"
        return "skipped" if test.skipped else "passed"

    def says(self) -> str:
        """What was simulated and what was measured, in words that can't be mistaken."""
        if self.target is None or self.target.simulated:
            return "simulated: the board, its camera, its lights and the radio; measured on hardware: nothing"
        return f"measured on {self.target}: {self.passed} tests passed; all others simulated"

    def tallies(self) -> list[Tally]:
        """How the tests of each row ended."""
        from host_tools.harness.status import Tally

        found: list[Tally] = []
        for row, planned in sorted(self._planned.items()):
            ended = self._ended.get(row, Counter[str]())
            known = Tally(row, ended["passed"], ended["failed"], ended["skipped"])
            left_out = planned - known.passed - known.failed - known.skipped
            found.append(replace(known, left_out=left_out))
        return found


SESSION = pytest.StashKey[HilSession]()


def session_of(config: pytest.Config) -> HilSession:
    """The session's own."""
    return config.stash[SESSION]
