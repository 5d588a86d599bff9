"""The serial ports of this computer, and which of them can be boards."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from serial.tools import list_ports

from host_tools.cable.usb_ids import Kind, kind_of
from host_tools.printable import printable

_PTYS = "/dev/pts/"
_MAC_DIGITS = 12


@dataclass(frozen=True)
class PortInfo:
    """One port. `vid`, `pid` and `serial_number` are the USB device's, None where there is none."""

    device: str
    vid: int | None
    pid: int | None
    serial_number: str | None
    product: str | None
    kind: Kind

    def __str__(self) -> str:
        serial = f", serial number {self.serial_number}" if self.serial_number else ""
        return printable(
            f"{self.device} ({self.product or self.kind}{serial})"
        )  # USB devices say of themselves what they like


def ports() -> list[PortInfo]:
    """The USB serial ports there are, by name. A virtual board's port is not among them: nobody plugged it in."""
    found = [
        PortInfo(port.device, port.vid, port.pid, port.serial_number, port.product, kind_of(port.vid, port.pid))
        for port in list_ports.comports()
        if port.vid is not None
    ]
    return sorted(found, key=lambda port: port.device)


def info_of(device: str, among: Sequence[PortInfo] | None = None) -> PortInfo:
    """What is known of the port that a person named, whichever of its names that is."""
    real = os.path.realpath(device)
    for port in ports() if among is None else among:
        if os.path.realpath(port.device) == real:
            return port
    kind = Kind.SIMULATED if is_simulated(device) else Kind.UNKNOWN
    return PortInfo(device, None, None, None, None, kind)


def is_simulated(device: str, machine: str = "") -> bool:
    """True for a pseudo-terminal, behind which is a program, not a board; and for a board whose machine says so."""
    return str(Path(device).resolve()).startswith(_PTYS) or "simulated" in machine


def same_serial_number(one: str | None, other: str | None) -> bool:
    """The ROM writes a chip's MAC as AA:BB:…, MicroPython as aabb… with digits after it; both are the same chip."""
    if not one or not other:
        return False
    short, long = sorted((_digits(one), _digits(other)), key=len)
    return short == long or (len(short) == _MAC_DIGITS and long.startswith(short))


def _digits(serial_number: str) -> str:
    return serial_number.replace(":", "").lower()
