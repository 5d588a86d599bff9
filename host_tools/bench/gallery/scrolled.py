"""Scrolls the real gallery page over one filled gallery, in a process of its own so that its memory can be told.

`python -m host_tools.bench.gallery.scrolled FOLDER` prints JSON: ms a frame, MiB at the most.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from companion_app.companion import Companion
from companion_app.ui import environment
from companion_app.ui.view_models.door import DoorModel
from companion_app.ui.view_models.preferences import Preferences, PreferencesModel
from companion_app.ui.view_models.rooms import Room
from companion_app.ui.view_models.shell import ShellModel
from companion_app.vault import KeyBeside, Vault

if TYPE_CHECKING:
    from companion_app.ui.app import PlainsightApp

_FRAMES = 400
_PIXELS_A_FRAME = 40.0  # a brisk finger: three rows in ten frames
_SETTLING_FRAMES = 60
_MS = 1000.0
_KIB_A_MIB = 1024.0


class _AsPaired(Companion):
    """The app of somebody whose glasses are far away: the window goes to the rooms."""

    @property
    def paired(self) -> bool:
        return True


async def measured(folder: Path) -> dict[str, float]:
    """Milliseconds a frame while the wall moves under a finger, and the most memory that the process held."""
    environment.prepare(folder / "kivy")
    from kivy.config import Config

    Config.set("graphics", "maxfps", "0")  # a frame is what it costs, not what the clock waits
    from companion_app.ui.app import PlainsightApp

    companion = await _AsPaired.open(Vault.open(folder, KeyBeside()))
    companion.onboarding.opt_out()
    shell = ShellModel(companion)
    shell.open_room(Room.GALLERY)
    ready = asyncio.Event()
    app = PlainsightApp(DoorModel.open_to(shell, PreferencesModel(Preferences())), on_ready=lambda _app: ready.set())
    running = asyncio.ensure_future(app.async_run("asyncio"))
    try:
        await ready.wait()
        frames = await _scrolled(app)
    finally:
        app.stop()
        await running
        await app.close()
        await companion.close()
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"median_ms": median(frames), "p95_ms": quantiles(frames, n=20)[-1], "peak_mib": peak_kib / _KIB_A_MIB}


async def _scrolled(app: PlainsightApp) -> list[float]:
    """Milliseconds of each frame."""
    await app.settled()
    assert app.page is not None
    scroller = app.page.ids.scroller
    room = await _laid_out(scroller)
    frames: list[float] = []
    for number in range(_FRAMES):
        begun = time.perf_counter()
        scroller.scroll_y = 1 - (number + 1) * _PIXELS_A_FRAME / room
        await _frame()
        frames.append((time.perf_counter() - begun) * _MS)
    return frames


async def _laid_out(scroller: Any) -> float:
    """How far the page can be scrolled (px), once its layout has settled."""
    for _ in range(_SETTLING_FRAMES):
        await _frame()
    room = scroller.children[0].height - scroller.height
    if room < _FRAMES * _PIXELS_A_FRAME:
        raise RuntimeError(f"the gallery cannot be scrolled that far: {room} px")
    return room


async def _frame() -> None:
    """Return when the next frame begins."""
    from kivy.clock import Clock

    begins = asyncio.Event()
    Clock.schedule_once(lambda _delay: begins.set(), 0)
    await begins.wait()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measured(Path(sys.argv[1])))))
