"""A real window for each journey: its own X display where there is none, the real app, synthetic touches."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest

from companion_app.ui import environment
from companion_app.ui.theme.appearance import Appearance
from tests.app.ui.fakes import FakeCompanion

if TYPE_CHECKING:
    from tests.app.ui.window import Window

_DISPLAY_TIMEOUT_S = 20
START_S = 1_800_000_000.0

OpenWindow: TypeAlias = "Callable[..., Awaitable[Window]]"


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """An X display to draw on; a virtual one, ended afterwards, where the environment offers none."""
    present = os.environ.get("DISPLAY")
    if present or sys.platform != "linux":
        yield present or ""
        return
    program = shutil.which("Xvfb")
    if program is None:
        pytest.skip("no display and no Xvfb: `apt-get install xvfb` (README)")
    read_end, write_end = os.pipe()
    # -displayfd picks a free number and reports it once the server can be used.
    server = subprocess.Popen(
        [program, "-displayfd", str(write_end), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"],
        pass_fds=(write_end,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    try:
        with os.fdopen(read_end) as report:
            number = report.readline().strip()
        assert number, "Xvfb ended before it was ready"
        os.environ["DISPLAY"] = f":{number}"
        yield f":{number}"
    finally:
        os.environ.pop("DISPLAY", None)
        server.terminate()
        server.wait(_DISPLAY_TIMEOUT_S)


@pytest.fixture(scope="session")
def kivy(display: str) -> Iterator[None]:
    """Kivy, with a home of its own that ends with the tests."""
    home = Path(tempfile.mkdtemp(prefix="plainsight-kivy-"))
    environment.prepare(home)
    yield
    shutil.rmtree(home, ignore_errors=True)


class Clock:
    """Unix seconds that only a test moves."""

    def __init__(self) -> None:
        self.now_s = START_S

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def companion(tmp_path: Path, clock: Clock) -> FakeCompanion:
    return FakeCompanion(tmp_path, clock)


@pytest.fixture
async def open_window(kivy: None, companion: FakeCompanion) -> AsyncIterator[OpenWindow]:
    """`await open_window(size=(412, 892), appearance=…)`: the real app over the fake companion, closed afterwards."""
    from tests.app.ui.window import Window

    async with contextlib.AsyncExitStack() as opened:

        async def open_one(
            *, size: tuple[int, int] = environment.PHONE_SIZE_DP, appearance: Appearance | None = None, note: str = ""
        ) -> Window:
            return await opened.enter_async_context(Window.open(companion, size, appearance or Appearance(), note))

        yield open_one
    await asyncio.sleep(0)
