"""The virtual board: real firmware under MicroPython, stand-ins for the vendor modules, and the world they sense."""

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
