"""Writes docs/hardware-status.md: the block between the markers, from runs on a board and from nothing else."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from host_tools.exits import UsageError

BEGIN = "<!-- begin: measured on a board; written by `plainsight hil`, do not edit -->"
END = "<!-- end: measured on a board -->"
_HEAD = ("| what | result | board | firmware | commit | date |", "| --- | --- | --- | --- | --- | --- |")
_COLUMNS = 6
_CELL = re.compile(r"(?<!\\)\|")
_HASH_DIGITS = 12
_BOARD_DIGITS = 8


class SimulatedRun(UsageError):
    """Somebody wanted a simulated result among the measured ones."""

    def __init__(self, port: str) -> None:
        super().__init__(f"{port} is simulated: docs/hardware-status.md takes results of real boards alone")
        self.port = port


class NoBlock(UsageError):
    """The document has no place for results."""

    def __init__(self, document: Path) -> None:
        super().__init__(f"{document} has no lines {BEGIN!r} and {END!r}, in this order: put them back")
        self.document = document


@dataclass(frozen=True)
class Run:
    """Where and when the results are from; `board_id` is not published, only a short hash of it."""

    simulated: bool
    port: str
    machine: str
    board_id: str
    firmware: str
    commit: str
    day: date

    @property
    def board(self) -> str:
        """Which board, without the chip's own number."""
        digest = hashlib.sha256(self.board_id.encode()).hexdigest()
        return _cell(f"{self.machine}, {digest[:_BOARD_DIGITS]}")


@dataclass(frozen=True)
class Tally:
    """How the tests that answer one row ended. `left_out`: not run, by choice or because the run stopped."""

    row: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    left_out: int = 0

    @property
    def verdict(self) -> str:
        """ "yes" only where every test of the row ran and passed."""
        total = self.passed + self.failed + self.skipped + self.left_out
        if self.failed:
            return f"no: {self.failed} of {total} tests failed"
        if self.passed == total > 0:
            return f"yes: {total} of {total} tests" if total > 1 else "yes"
        return f"in part: {self.passed} of {total} tests passed, {self.skipped} skipped, {self.left_out} not run"

    @property
    def says_something(self) -> bool:
        """At least one of its tests looked."""
        return self.passed + self.failed > 0


def rows_in(text: str) -> set[str]:
    """First cells of every table outside the block: what a test may answer."""
    block = _block(text)
    outside = text[: block[0]] + text[block[1] :] if block else text
    lines = outside.splitlines()
    rules = {number for number, line in enumerate(lines) if re.match(r"\|\s*:?-+", line)}
    return {
        _cells(line)[0]
        for number, line in enumerate(lines)
        if line.startswith("|") and number not in rules and number + 1 not in rules
    }


def write(document: Path, run: Run, tallies: Iterable[Tally]) -> list[str]:
    """Add or replace this board's rows; the rows written. Raises SimulatedRun, NoBlock."""
    if run.simulated:
        raise SimulatedRun(run.port)
    text = document.read_text()
    block = _block(text)
    if block is None:
        raise NoBlock(document)
    rows = {(cells[0], cells[2]): cells for cells in _rows(text[block[0] : block[1]])}
    new = [tally for tally in tallies if tally.says_something]
    for tally in new:
        cells = [tally.row, tally.verdict, run.board, run.firmware[:_HASH_DIGITS] or "none", run.commit, str(run.day)]
        rows[tally.row, run.board] = [cells[0], *map(_cell, cells[1:])]
    lines = [BEGIN, "", *_table(sorted(rows.values())), "", END]
    beside = document.with_suffix(".new")
    beside.write_text(text[: block[0]] + "\n".join(lines) + text[block[1] :])
    beside.rename(document)
    return [tally.row for tally in new]


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return ["Nothing yet."]
    return [*_HEAD, *(f"| {' | '.join(cells)} |" for cells in rows)]


def _block(text: str) -> tuple[int, int] | None:
    """Where the block begins and ends, markers included."""
    begin, end = text.find(BEGIN), text.find(END)
    return (begin, end + len(END)) if 0 <= begin < end else None


def _rows(block: str) -> list[list[str]]:
    tables = [_cells(line) for line in block.splitlines() if line.startswith("|")]
    return [cells for cells in tables[2:] if len(cells) == _COLUMNS]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in _CELL.split(line.strip().strip("|"))]


def _cell(text: str) -> str:
    """Text that can't break out of its cell."""
    return re.sub(r"(?<!\\)\|", r"\\|", " ".join(text.split())).replace("<", "&lt;")
