"""The board as a USB device: what it prints goes to the port, what a host types goes to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from host_tools.simulator.usb.pty_port import PtyPort
from host_tools.simulator.usb.terminal import Terminal

_MOST_WAITING_BYTES = 16 * 1024
# A host sees the port go and come. A board takes about a second; nothing depends on how long it is.
_REENUMERATION_S = 0.05


class UsbDevice:
    """`plugged` follows the cable, `connect` and `disconnect` the board; a port is there when both are."""

    def __init__(self, path: Path) -> None:
        self.port = PtyPort(path, self._typed, self._balance)
        self.hears: Callable[[bytes], bytes] = bytes  # what of the typed bytes reaches the program
        self.tap: Callable[[bytes], None] | None = None  # hears what the board prints, also while no host does
        self._terminal: Terminal | None = None

    @property
    def stdio(self) -> int:
        """Standard input and output of the board's process."""
        assert self._terminal is not None, "connect() comes first"
        return self._terminal.stdio

    async def connect(self) -> None:
        """The board has started: enumerate."""
        self.disconnect()
        await asyncio.sleep(_REENUMERATION_S)
        self._terminal = Terminal(self._printed, self._balance)
        self.port.appear()

    def disconnect(self) -> None:
        """The board resets, sleeps deeply or is off: it is no USB device any more."""
        self.port.vanish()
        if self._terminal is not None:
            self._terminal.close()
            self._terminal = None

    def drain(self) -> None:
        """Pass on what an ended process has printed."""
        if self._terminal is not None:
            self._terminal.drain()

    def _printed(self, data: bytes) -> None:
        if self.tap is not None:
            self.tap(data)
        self.port.write(data)
        self._balance()

    def _typed(self, data: bytes) -> None:
        if self._terminal is not None:
            self._terminal.type(self.hears(data))
        self._balance()

    def _balance(self) -> None:
        """Neither side runs away from the other."""
        if self._terminal is not None:
            self._terminal.pause(self.port.pending > _MOST_WAITING_BYTES)
            self.port.hold(self._terminal.pending > _MOST_WAITING_BYTES)
