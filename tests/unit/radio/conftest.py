"""Fixtures of the radio's tests; the things themselves are in `stands`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from host_tools.simulator.radio.bleak_backend import VirtualAdapter, install, uninstall
from host_tools.simulator.radio.radio import VirtualRadio
from tests.unit.radio.stands import BoardProcess


@pytest_asyncio.fixture
async def board_process(tmp_path: Path) -> AsyncIterator[BoardProcess]:
    process = BoardProcess(tmp_path)
    await process.link.start()
    yield process
    await process.kill()
    await process.link.close()


@pytest_asyncio.fixture
async def radio(board_process: BoardProcess) -> AsyncIterator[VirtualRadio]:
    radio = VirtualRadio(board_process.link)
    yield radio
    await radio.close()


@pytest_asyncio.fixture
async def phone(radio: VirtualRadio) -> AsyncIterator[VirtualAdapter]:
    """An adapter that unmodified Bleak code runs on for the length of the test."""
    adapter = VirtualAdapter(radio.link)
    install(adapter)
    yield adapter
    await adapter.close()


@pytest.fixture(autouse=True)
def _platform_backend_afterwards() -> Iterator[None]:
    yield
    uninstall()
