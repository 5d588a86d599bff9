"""One window, measured in a process of its own: prints JSON. `python -m host_tools.bench.window.measured ROLE …`

ROLE: bare (an empty Kivy window), app (the companion app on an empty folder: its first page), drawing (the app with
VGA photographs at 30 a second on top). Processor time is that of the whole process, with the drawing: on a machine
without a graphics chip, OpenGL is computed by the processor and counted too.
"""

from __future__ import annotations

import asyncio
import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from companion_app.ui import environment

if TYPE_CHECKING:
    from kivy.uix.widget import Widget

VGA = (640, 480)
FRAMES_PER_S = 30
_QUIET_S = 2.0  # what a window still does after its first frame
_MS = 1000.0


async def shown(window: Callable[[Callable[[], None]], object], started_s: float) -> dict[str, float]:
    """Start `window(tell)`, which runs it as a task; what it took until it told of its first frame."""
    first = asyncio.Event()
    moment: list[tuple[float, float]] = []

    def tell() -> None:
        moment.append((time.monotonic(), time.process_time()))
        first.set()

    window(tell)
    await first.wait()
    wall_s, processor_s = moment[0]
    return {"first_frame_ms": (wall_s - started_s) * _MS, "first_frame_cpu_ms": processor_s * _MS}


async def idle(seconds: float) -> dict[str, float]:
    """How much of a processor core the process takes while nobody touches anything."""
    await asyncio.sleep(_QUIET_S)
    begun, begun_cpu = time.monotonic(), time.process_time()
    await asyncio.sleep(seconds)
    return {"idle_percent": 100 * (time.process_time() - begun_cpu) / (time.monotonic() - begun)}


async def drawing(photograph: Path, seconds: float) -> dict[str, float]:
    """Show VGA frames at FRAMES_PER_S on top of the app; the processor's share, and how many were drawn a second."""
    from kivy.core.window import Window

    from companion_app.ui.widgets.picture_view import PictureView

    jpegs = vga_frames(photograph)
    view = PictureView(size_hint=(None, None), size=VGA)
    Window.add_widget(view)
    await asyncio.sleep(_QUIET_S)
    begun, begun_cpu, drawn = time.monotonic(), time.process_time(), int(view.shown)
    count = int(seconds * FRAMES_PER_S)
    for number in range(count):
        await asyncio.sleep(max(0.0, begun + number / FRAMES_PER_S - time.monotonic()))
        await view.show(jpegs[number % len(jpegs)])
    wall_s, processor_s = time.monotonic() - begun, time.process_time() - begun_cpu
    drawn = int(view.shown) - drawn
    same_s = await _redrawn(view, count)
    return {
        "same_percent": 100 * same_s * FRAMES_PER_S / count,
        "drawn_per_s": drawn / wall_s,
        "frame_cpu_ms": _MS * processor_s / max(1, drawn),
        "drawing_percent": 100 * FRAMES_PER_S * processor_s / max(1, drawn),
    }


async def _redrawn(view: Widget, count: int) -> float:
    """Seconds of processor time of drawing the window as often, with the picture that is there."""
    begun, begun_cpu = time.monotonic(), time.process_time()
    for number in range(count):
        await asyncio.sleep(max(0.0, begun + number / FRAMES_PER_S - time.monotonic()))
        view.canvas.ask_update()
    return time.process_time() - begun_cpu


def vga_frames(photograph: Path) -> list[bytes]:
    """Some different JPEGs of the glasses' usual size, cut from one photograph."""
    from PIL import Image

    frames: list[bytes] = []
    with Image.open(photograph) as whole:
        for zoom in (1.0, 0.9, 0.8, 0.7):
            part = whole.convert("RGB").crop((0, 0, int(whole.width * zoom), int(whole.height * zoom)))
            buffer = io.BytesIO()
            part.resize(VGA).save(buffer, "JPEG", quality=85)
            frames.append(buffer.getvalue())
    return frames


def bare_window(tell: Callable[[], None]) -> object:
    """An app with nothing in it."""
    from kivy.app import App
    from kivy.clock import Clock
    from kivy.uix.widget import Widget

    class Bare(App):
        def build(self) -> Widget:
            return Widget()

        def on_start(self) -> None:
            Clock.schedule_once(lambda _: tell(), 0)

    return asyncio.ensure_future(Bare().async_run("asyncio"))


def app_window(folder: Path) -> Callable[[Callable[[], None]], object]:
    """The app on `folder`, as its own entry opens it, with its first page."""
    from companion_app.main import show
    from companion_app.ports.keystore import system_keystore
    from companion_app.ui.view_models.door import DoorModel
    from companion_app.ui.view_models.preferences import PreferencesModel

    def begin(tell: Callable[[], None]) -> object:
        door = DoorModel.of_folder(folder, system_keystore(), PreferencesModel.open(folder))
        return asyncio.ensure_future(show(door, on_shown=lambda _app: tell(), kivy_home=folder / "kivy"))

    return begin


async def measured(role: str, folder: Path, started_s: float, seconds: float, photograph: Path) -> dict[str, float]:
    """All figures of one role."""
    if role == "bare":
        environment.prepare(folder / "kivy")
        figures = await shown(bare_window, started_s)
    else:
        figures = await shown(app_window(folder), started_s)
    return figures | await (drawing(photograph, seconds) if role == "drawing" else idle(seconds))


if __name__ == "__main__":
    role, folder, started, seconds, photograph = sys.argv[1:]
    found = asyncio.run(measured(role, Path(folder), float(started), float(seconds), Path(photograph)))
    sys.stdout.write(json.dumps(found))
    sys.stdout.flush()
    sys.exit(0)
