"""One open serial port: bytes in and out, each wait with an end, each failure of the port one of our errors."""

from __future__ import annotations

import contextlib
import errno
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Protocol

import serial

from host_tools.cable.errors import BoardSilent, CableLost, NotAPort, PermissionDenied, PortBusy, PortVanished

_BAUD = 115_200  # what a UART adapter needs; USB ports of a chip take any
_TICK_S = 0.05  # how long one read waits before the time limit is looked at
_WRITE_S = 10.0  # a board that takes nothing for so long hangs
_NO_MODEM_LINES = (errno.ENOTTY, errno.EINVAL)  # a pseudo-terminal
_GONE = (errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.EIO)
_BUSY = (errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK)


class SerialPort(Protocol):
    """What this file needs of pyserial's `Serial`."""

    rts: bool
    dtr: bool

    @property
    def in_waiting(self) -> int: ...
    def read(self, size: int = ...) -> bytes: ...
    def write(self, data: bytes) -> int | None: ...
    def close(self) -> None: ...


def open_port(port: str) -> SerialPort:
    """Open it for this process alone. Raises PortBusy, PermissionDenied, PortVanished, NotAPort."""
    try:
        return serial.Serial(port, _BAUD, timeout=_TICK_S, write_timeout=_WRITE_S, exclusive=True)
    except OSError as error:
        if error.errno in _BUSY:
            raise PortBusy(port) from error
        if error.errno in (errno.EACCES, errno.EPERM):
            raise PermissionDenied(port) from error
        if error.errno in _GONE:
            raise PortVanished(port, "opening it; `plainsight doctor` lists the ports") from error
        raise NotAPort(port, str(error)) from error
    except ValueError as error:  # a port name that is none
        raise NotAPort(port, str(error)) from error


class Line:
    """Reads and writes with a limit: `within(seconds, step)` sets it, BoardSilent tells that it passed."""

    def __init__(self, port: str, device: SerialPort, clock: Callable[[], float] = time.monotonic) -> None:
        self.port = port
        self._device = device
        self._clock = clock
        self._held = bytearray()  # read from the port, not yet asked for
        self._limit = (0.0, 0.0, "")  # at which time, after how many seconds, doing what

    @contextmanager
    def within(self, seconds: float, step: str) -> Generator[None]:
        """What is read and written in this block has so much time altogether."""
        before = self._limit
        self._limit = (self._clock() + seconds, seconds, step)
        try:
            yield
        finally:
            self._limit = before

    def read(self, size: int = 1) -> bytes:
        """Exactly `size` bytes. Raises BoardSilent, CableLost."""
        while len(self._held) < size:
            self._wait()
        return self._take(size)

    def read_until(self, ending: bytes, consumer: Callable[[bytes], None] | None = None) -> bytes:
        """Everything up to and with `ending`; what comes before it goes to `consumer`, where there is one, as it comes.

        Raises BoardSilent, CableLost.
        """
        searched = 0
        while (at := self._held.find(ending, searched)) < 0:
            searched = max(0, len(self._held) - len(ending) + 1)
            if consumer is not None and searched:
                consumer(self._take(searched))
                searched = 0
            self._wait()
        if consumer is not None:
            consumer(self._take(at))
            at = 0
        return self._take(at + len(ending))

    def write(self, data: bytes) -> int:
        """All of it. Raises BoardSilent, CableLost."""
        try:
            self._device.write(data)
        except serial.SerialTimeoutException as error:
            raise BoardSilent(self.port, self._limit[2], _WRITE_S) from error
        except OSError as error:
            raise CableLost(self.port, self._limit[2]) from error
        return len(data)

    def inWaiting(self) -> int:  # the name that mpremote uses
        """How many bytes can be read without waiting. Raises CableLost."""
        try:
            return len(self._held) + self._device.in_waiting
        except OSError as error:
            raise CableLost(self.port, self._limit[2]) from error

    def take_heard(self) -> bytes:
        """What has arrived and nobody has asked for."""
        return self._take(len(self._held))

    def listen(self) -> bool:
        """Wait a moment for more; False if nothing came. Raises CableLost."""
        try:
            got = self._device.read(1)
            if got:
                got += self._device.read(self._device.in_waiting)
        except OSError as error:
            raise CableLost(self.port, self._limit[2]) from error
        self._held += got
        return bool(got)

    def drop(self) -> None:
        """Forget what has arrived. Raises CableLost, and BoardSilent where more arrives all the time."""
        while self.inWaiting():
            self._held.clear()
            self._wait()
        self._held.clear()

    def put_back(self, data: bytes) -> None:
        """Let `data` be the next that is read."""
        self._held[:0] = data

    def set_lines(self, *, rts: bool, dtr: bool) -> bool:
        """Set the modem lines, RTS first; False where the port has none."""
        try:
            self._device.rts = rts
            self._device.dtr = dtr
        except OSError as error:
            if error.errno in _NO_MODEM_LINES:
                return False
            raise CableLost(self.port, self._limit[2]) from error
        return True

    def close(self) -> None:
        """Let go of the port, gone or not. RTS goes first: DTR alone would reset an Espressif board."""
        with contextlib.suppress(CableLost):
            self.set_lines(rts=False, dtr=False)
        with contextlib.suppress(OSError):
            self._device.close()

    def _wait(self) -> None:
        at, seconds, step = self._limit
        if self._clock() >= at:
            raise BoardSilent(self.port, step, seconds)
        self.listen()

    def _take(self, size: int) -> bytes:
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken
