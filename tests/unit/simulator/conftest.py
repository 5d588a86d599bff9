"""Virtual boards and worlds for the tests of the simulator itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from host_tools.simulator import Simulator
from host_tools.simulator.world.agenda import Agenda


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """Virtual glasses, off, with a new flash."""
    async with Simulator() as started:
        yield started


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a main.py of the test's own and returns its path."""

    def write(code: str) -> Path:
        path = tmp_path / "main.py"
        path.write_text(code)
        return path

    return write


class Clock:
    """A microsecond clock that moves when the test says so."""

    def __init__(self) -> None:
        self.us = 1_000_000

    def __call__(self) -> int:
        return self.us


@pytest.fixture
def clock() -> Clock:
    """The clock that `agenda` follows."""
    return Clock()


@pytest.fixture
async def agenda(clock: Clock) -> AsyncIterator[Agenda]:
    """An agenda on the test's own clock."""
    started = Agenda(clock)
    yield started
    started.close()
