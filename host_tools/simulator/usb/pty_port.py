"""A pseudo-terminal that stands for a USB serial port: it appears, is opened and closed by a host, and vanishes.

As with TinyUSB's CDC: while no host has the port open the latest bytes are kept for the next one, a host that does not
read holds the board up only for a while, and a port that vanishes hangs up on whoever has it open.
"""

from __future__ import annotations

import asyncio
import os
import select
import tty
from collections.abc import Callable
from pathlib import Path

from host_tools.simulator.usb.writer import Writer

_CHUNK_BYTES = 4096
_LOOK_S = 0.02  # how soon a host that opens the port is noticed; a pseudo-terminal does not tell
_PATIENCE_S = 0.5  # MICROPY_HW_USB_CDC_TX_TIMEOUT (shared/tinyusb/mp_usbd_cdc.c)
_KEPT_BYTES = 256  # CFG_TUD_CDC_TX_BUFSIZE, which holds the latest while no host is there (the same file)


class PtyPort:
    """`path` is a symlink to the pseudo-terminal while there is one; `on_typed` gets what the host sends."""

    def __init__(self, path: Path, on_typed: Callable[[bytes], None], on_drained: Callable[[], None]) -> None:
        self.path = path
        self._on_typed = on_typed
        self._on_drained = on_drained
        self._loop = asyncio.get_running_loop()
        self._master = -1
        self._writer: Writer | None = None
        self._open = False
        self._held = False
        self._kept = b""
        self._look_again: asyncio.TimerHandle | None = None
        self._give_up: asyncio.TimerHandle | None = None

    @property
    def there(self) -> bool:
        """A host can open the port."""
        return self._master >= 0

    @property
    def opened(self) -> bool:
        """A host has the port open."""
        return self._open

    @property
    def pending(self) -> int:
        """Bytes that the host has not taken yet."""
        return self._writer.pending if self._writer is not None else 0

    def appear(self) -> None:
        """Make a new pseudo-terminal and point the symlink to it."""
        self._master, slave = os.openpty()
        tty.setraw(slave)
        name = os.ttyname(slave)
        os.close(slave)  # from here on the kernel says "hung up" until a host opens it
        os.set_blocking(self._master, False)
        self._writer = Writer(self._master, self._progress)
        new = self.path.with_name(self.path.name + ".new")
        new.unlink(missing_ok=True)
        new.symlink_to(name)
        new.replace(self.path)
        self._look()

    def vanish(self) -> None:
        """Pull the port away: the symlink goes, and a host that has it open is hung up on."""
        if not self.there:
            return
        self.path.unlink(missing_ok=True)
        self._closed()
        if self._look_again is not None:
            self._look_again.cancel()
        assert self._writer is not None
        self._writer.close()
        os.close(self._master)
        self._master, self._writer, self._held, self._kept = -1, None, False, b""

    def write(self, data: bytes) -> None:
        """Send to the host that has the port open, or keep the latest for the next one."""
        if not self._open or self._writer is None:
            self._kept = (self._kept + data)[-_KEPT_BYTES:]
            return
        self._writer.write(data)
        if self._writer.pending and self._give_up is None:
            self._give_up = self._loop.call_later(_PATIENCE_S, self._drop)

    def hold(self, held: bool) -> None:
        """Take nothing from the host for now (True), or go on."""
        if held != self._held:
            self._held = held
            if self._open and held:
                self._loop.remove_reader(self._master)
            elif self._open:
                self._loop.add_reader(self._master, self._read)

    def _look(self) -> None:
        """Has a host opened the port? Until then it is looked at now and then: its state would wake us at once."""
        poller = select.poll()
        poller.register(self._master, select.POLLIN)
        if any(events & select.POLLHUP for _, events in poller.poll(0)):
            self._look_again = self._loop.call_later(_LOOK_S, self._look)
            return
        self._look_again = None
        self._open = True
        kept, self._kept = self._kept, b""
        self.write(kept)
        if not self._held:
            self._loop.add_reader(self._master, self._read)

    def _read(self) -> None:
        try:
            data = os.read(self._master, _CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError:  # the last host has closed it
            self._closed()
            self._look()
            return
        self._on_typed(data)

    def _closed(self) -> None:
        if self._open:
            self._loop.remove_reader(self._master)
            self._open = False
            self._drop()

    def _progress(self) -> None:
        self._stop_giving_up()
        if self.pending:
            self._give_up = self._loop.call_later(_PATIENCE_S, self._drop)
        self._on_drained()

    def _drop(self) -> None:
        self._stop_giving_up()
        if self._writer is not None:
            self._writer.clear()
            self._on_drained()

    def _stop_giving_up(self) -> None:
        if self._give_up is not None:
            self._give_up.cancel()
            self._give_up = None
