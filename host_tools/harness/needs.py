"""The marks of tests on a board: what they need, and which rows of docs/hardware-status.md they answer."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from host_tools.harness.errors import UnknownCapability, UnknownRow

NEEDS = "needs(*capabilities): what the target must be able to do; where it can't, the test is skipped with the reason"
STATUS = "status(row): answers this row of docs/hardware-status.md"
_PREFIX = "needs "


def needs_of(item: pytest.Item) -> list[str]:
    """The capabilities that a test asks for, in order."""
    return [name for mark in item.iter_markers("needs") for name in mark.args]


def rows_of(item: pytest.Item) -> list[str]:
    """The rows of the hardware status that a test answers."""
    return [row for mark in item.iter_markers("status") for row in mark.args]


def uses_board(item: pytest.Item) -> bool:
    """The test asks for the board, and may fail before it has it."""
    return "board" in getattr(item, "fixturenames", ())


def skip_reason(capability: str, reason: str) -> str:
    """How a missing capability reads in the list of skips."""
    return f"{_PREFIX}{capability}: {reason}"


def check_marks(items: Iterable[pytest.Item], document: Path) -> None:
    """Refuse marks that mean nothing. Raises UnknownCapability, UnknownRow, pytest.UsageError."""
    from host_tools.harness.status import rows_in
    from host_tools.harness.target import CAPABILITIES

    marked = [item for item in items if needs_of(item) or rows_of(item)]
    rows = rows_in(document.read_text()) if marked and document.exists() else set[str]()
    for item in marked:
        for name in needs_of(item):
            if name not in CAPABILITIES:
                raise UnknownCapability(item.nodeid, name, sorted(CAPABILITIES))
        if needs_of(item) and not uses_board(item):
            raise pytest.UsageError(f"{item.nodeid}: a test that needs something uses the fixture `board`")
        for row in rows_of(item):
            if row not in rows:
                raise UnknownRow(item.nodeid, row, document)
