"""A ledger of six records, and its files in the hands of somebody else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from companion_app.ledger import Ledger
from companion_app.ledger.verdict import Damage
from tests.app.vaults import OpenedFile, OpenedLines, ledger_in, room

Lines = list[bytes]


@pytest.fixture(autouse=True)
def ledger(tmp_path: Path) -> Ledger:
    """Six records."""
    ledger = open_ledger(tmp_path)
    for number in range(6):
        ledger.append("note", number=number)
    return ledger


def open_ledger(folder: Path) -> Ledger:
    """A ledger whose clock stands still."""
    return ledger_in(folder, clock=lambda: 1_800_000_000)


def records(folder: Path) -> OpenedLines:
    """Its lines, in the hands of somebody who has the vault's key."""
    return OpenedLines(room(folder / "ledger"), "ledger.jsonl")


def head(folder: Path) -> OpenedFile:
    """What it says of its end."""
    return OpenedFile(room(folder / "heads"), "ledger.head")


def change(folder: Path, how: Callable[[Lines], Lines]) -> None:
    """Edit the lines behind its back."""
    *lines, _ = records(folder).read_bytes().split(b"\n")
    records(folder).write_bytes(b"".join(line + b"\n" for line in how(lines)))


def found(ledger: Ledger) -> list[tuple[Damage, int]]:
    """What a ledger that was opened before the files were changed finds in them now."""
    return [(finding.damage, finding.position) for finding in ledger.verify().findings]
