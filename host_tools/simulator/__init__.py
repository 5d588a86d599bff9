"""The virtual board: real firmware under MicroPython, stand-ins for the vendor modules, and the world they sense.

Each name is imported when it is asked for: a command that only needs the list of radio profiles should not wait for a
Bluetooth stack.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from host_tools.simulator.boardprocess import BoardBusy, BoardCodeFailed, BoardExited
    from host_tools.simulator.control import ControlClient, ControlLost, ControlRefused
    from host_tools.simulator.simulator import Simulator
    from host_tools.simulator.world.scene import NotAPicture, PictureTooLarge
    from host_tools.simulator.world.world import World

__all__ = [
    "BoardBusy",
    "BoardCodeFailed",
    "BoardExited",
    "ControlClient",
    "ControlLost",
    "ControlRefused",
    "NotAPicture",
    "PictureTooLarge",
    "Simulator",
    "World",
]

_HOMES = {
    **dict.fromkeys(("BoardBusy", "BoardCodeFailed", "BoardExited"), "boardprocess"),
    **dict.fromkeys(("ControlClient", "ControlLost", "ControlRefused"), "control"),
    "Simulator": "simulator",
    **dict.fromkeys(("NotAPicture", "PictureTooLarge"), "world.scene"),
    "World": "world.world",
}


def __getattr__(name: str) -> object:
    """One of `__all__`, from its home."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
