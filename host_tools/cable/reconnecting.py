"""Waits for a port that went away with its board and comes back, perhaps under another name."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from host_tools.cable.errors import CableLost, NotAPort, PermissionDenied, PortBusy, PortVanished
from host_tools.cable.line import Line, SerialPort, open_port
from host_tools.cable.ports import PortInfo, info_of, ports, same_serial_number

_POLL_S = 0.05
# A new port belongs to root until udev has given it away, and modem managers look at it first.
_SETTLING = (PortVanished, PermissionDenied, PortBusy, NotAPort)


def pause(seconds: float) -> None:
    """Hold a line for as long as its specification says, or wait before looking again."""
    time.sleep(seconds)


def wait_until_gone(line: Line, seconds: float, clock: Callable[[], float]) -> bool:
    """True once the port is gone; False if it stayed: a board behind a USB serial adapter. What it prints is kept."""
    end = clock() + seconds
    while clock() < end:
        try:
            line.listen()
        except CableLost:
            return True
    return False


def wait_until_back(board: PortInfo, seconds: float, clock: Callable[[], float]) -> tuple[str, SerialPort]:
    """The name under which the same board is there again, and the port, open. Raises PortVanished, PortBusy, …"""
    end = clock() + seconds
    while True:
        try:
            port = _where(board).device
            return port, open_port(port)
        except _SETTLING as error:
            if clock() >= end:
                raise error from None
        pause(_POLL_S)


def wait_until_listed(board: PortInfo, seconds: float, clock: Callable[[], float] = time.monotonic) -> PortInfo:
    """The same board again (by its USB serial number, else by its name), not opened. Raises PortVanished."""
    end = clock() + seconds
    while True:
        try:
            return _where(board)
        except PortVanished:
            if clock() >= end:
                raise
        pause(_POLL_S)


def _where(board: PortInfo) -> PortInfo:
    if board.serial_number is not None:
        for port in ports():
            if same_serial_number(port.serial_number, board.serial_number):
                return port
    elif os.path.exists(board.device):
        return info_of(board.device)
    raise PortVanished(board.device, "waiting for it to come back")
