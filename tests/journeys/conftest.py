"""A display for the window, glasses that were provisioned once, and an app's folder for each journey."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from host_tools.worn.unlocking import virtual_vault
from tests.app.ui.conftest import display as display
from tests.app.ui.conftest import kivy as kivy
from tests.journeys.glasses import Glasses
from tests.journeys.phone import Phone
from tests.promises.rig import Home, make_home

OpenApp = Callable[[], Awaitable[Phone]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the app keeps its data; nothing is there yet."""
    return tmp_path / "app"


@pytest.fixture
def beside(folder: Path) -> None:
    """The folder is one of virtual glasses: its key lies beside what it opens, and no passphrase is asked for."""
    virtual_vault(folder).lock()


@pytest.fixture
async def open_app(kivy: None, folder: Path) -> AsyncIterator[OpenApp]:
    """`await open_app()`: the real app over `folder`, as at a start of it; an app that was open is closed first."""
    async with AsyncExitStack() as last:
        running = AsyncExitStack()
        last.push_async_callback(running.aclose)

        async def open_one() -> Phone:
            await running.aclose()
            return await running.enter_async_context(Phone.started(folder))

        yield open_one


@pytest.fixture(scope="session")
def provisioned(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Glasses with their setup code. Not to be changed."""
    return asyncio.run(make_home(tmp_path_factory.mktemp("provisioned") / "home", paired=False))


@pytest.fixture
async def glasses(provisioned: Home, tmp_path: Path) -> AsyncIterator[Glasses]:
    """Switched on, in reach of whatever the test starts; whatever it does, nothing is exposed in the dark."""
    async with Glasses.on(provisioned.copy(tmp_path / "glasses")) as on:
        yield on
        assert on.world.exposures_in_dark == 0
