"""A display to draw on: the one there is, or a virtual one of our own."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager

from host_tools.exits import MissingTool
from host_tools.window.children import ending, mortal

_SCREEN = "480x960x24"  # a phone's shape
_READY_S = 20.0


def present() -> bool:
    """True when a person's display is named in the environment."""
    return bool(os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY"))


@contextmanager
def virtual_display(screen: str = _SCREEN) -> Generator[str]:
    """Start Xvfb on a free number and name it in DISPLAY for as long as the block runs. Raises MissingTool."""
    program = shutil.which("Xvfb")
    if program is None:
        raise MissingTool("Xvfb", "apt-get install xvfb, or run the same job in the terminal with: plainsight demo")
    number, told = os.pipe()
    with open(number, "rb") as ready:
        process = subprocess.Popen(
            mortal([program, "-displayfd", str(told), "-screen", "0", screen, "-nolisten", "tcp"]),
            pass_fds=(told,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(told)
        with ending(process):
            name = f":{_display_number(ready.fileno())}"
            before = os.environ.get("DISPLAY")
            os.environ["DISPLAY"] = name
            try:
                yield name
            finally:
                _restore("DISPLAY", before)


def _display_number(descriptor: int) -> int:
    """The number that Xvfb writes once it listens. Raises MissingTool when it ends or stays silent."""
    if not select.select([descriptor], [], [], _READY_S)[0]:
        raise MissingTool("a virtual display", f"Xvfb did not start within {_READY_S:.0f} s")
    text = os.read(descriptor, 16).strip()
    if not text.isdigit():
        raise MissingTool("a virtual display", "Xvfb ended at once; run it by hand to see why")
    return int(text)


def _restore(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value
