"""The cable: every access to a board over USB, real or virtual. `Cable` speaks to one board, `target` finds it."""

from host_tools.cable.cable import Cable
from host_tools.cable.info import BoardInfo
from host_tools.cable.ports import PortInfo, ports

__all__ = ["BoardInfo", "Cable", "PortInfo", "ports"]
