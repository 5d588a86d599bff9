"""The board's own end of its console: a terminal that is standard input and output of the board's process.

A terminal and no pipe, because the kernel then does what the port's `mp_hal_stdout_tx_strn_cooked` does: a line end
leaves as carriage return and line feed.
"""

from __future__ import annotations

import asyncio
import os
import termios
import tty
from collections.abc import Callable

from host_tools.simulator.usb.writer import Writer

_CHUNK_BYTES = 4096
_OFLAG = 1  # index in the list of termios.tcgetattr


class Terminal:
    """`stdio` is the descriptor for the process; `on_output` gets what it prints, `on_room` runs as it reads."""

    def __init__(self, on_output: Callable[[bytes], None], on_room: Callable[[], None]) -> None:
        self._on_output = on_output
        self._loop = asyncio.get_running_loop()
        self._master, self.stdio = os.openpty()
        tty.setraw(self.stdio)
        attributes = termios.tcgetattr(self.stdio)
        attributes[_OFLAG] |= termios.OPOST | termios.ONLCR
        termios.tcsetattr(self.stdio, termios.TCSANOW, attributes)
        os.set_blocking(self._master, False)
        self._writer = Writer(self._master, on_room)
        self._paused = False
        self._loop.add_reader(self._master, self._read)

    @property
    def pending(self) -> int:
        """Bytes that the process has not read yet and the kernel does not hold."""
        return self._writer.pending

    def take(self, data: bytes) -> None:
        """Give this to the process to read."""
        self._writer.write(data)

    def pause(self, paused: bool) -> None:
        """Let the process wait with what it prints (True), or go on."""
        if paused != self._paused:
            self._paused = paused
            if paused:
                self._loop.remove_reader(self._master)
            else:
                self._loop.add_reader(self._master, self._read)

    def drain(self) -> None:
        """Pass on all that an ended process has printed."""
        while self._read():
            pass

    def close(self) -> None:
        """The process is gone."""
        self._loop.remove_reader(self._master)
        self._writer.close()
        os.close(self._master)
        os.close(self.stdio)

    async def ended(self) -> None:
        """Nothing of it is left when it is closed."""

    def _read(self) -> bool:
        try:
            data = os.read(self._master, _CHUNK_BYTES)
        except BlockingIOError:
            return False
        self._on_output(data)
        return True
