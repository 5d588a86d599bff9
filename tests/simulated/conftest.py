"""Glasses and the owner's phone beside them: paired once, copied for each test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.promises.rig import Home, Worn, make_home, worn


@pytest.fixture(scope="session")
def paired_once(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Not to be changed."""
    return asyncio.run(make_home(tmp_path_factory.mktemp("paired") / "home", paired=True))


@pytest.fixture
async def both(paired_once: Home, tmp_path: Path) -> AsyncIterator[Worn]:
    """Switched on and connected; whatever a test does, nothing is exposed in the dark."""
    async with worn(paired_once.copy(tmp_path / "home"), connect=True) as both:
        yield both
        assert both.world.exposures_in_dark == 0
