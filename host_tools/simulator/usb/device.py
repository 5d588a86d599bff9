"""The board as a USB device: what it prints goes to the port, what a host types goes to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from host_tools.simulator.usb.pty_port import PtyPort
from host_tools.simulator.usb.rom_loader import RomLoader
from host_tools.simulator.usb.terminal import Terminal

_MOST_WAITING_BYTES = 16 * 1024
# A host sees the port go and come. A board takes about a second; nothing depends on how long it is.
_REENUMERATION_S = 0.05
_LAST_TRANSFER_S = 0.03  # a pseudo-terminal that goes away takes with it what was not read


class Behind(Protocol):
    """What answers behind the port: the program's terminal, or the loader in ROM."""

    @property
    def pending(self) -> int:
        """Bytes that it has not taken yet."""
        ...

    def take(self, data: bytes) -> None:
        """The host has sent this."""
        ...

    def pause(self, paused: bool) -> None:
        """Wait with output, or go on."""
        ...

    def drain(self) -> None:
        """Pass on what an ended program has printed."""
        ...

    def close(self) -> None:
        """It is gone."""
        ...

    async def ended(self) -> None:
        """Return when nothing of it is left."""
        ...


class UsbDevice:
    """A port is there while the board is on (`connect`, `disconnect`) and the cable is in (`plug`, `unplug`)."""

    def __init__(self, path: Path) -> None:
        self.port = PtyPort(path, self._sent, self._balance)
        self.hears: Callable[[bytes], bytes] = bytes  # what of the typed bytes reaches the program
        self.tap: Callable[[bytes], None] | None = None  # hears what the board prints, also while no host does
        self._behind: Behind | None = None
        self._on = False
        self._plugged = True
        self._until_pulled: int | None = None  # bytes of the host that still come through
        self._connected = asyncio.Event()
        self._endings: set[asyncio.Task[None]] = set()

    async def connect(self) -> None:
        """The board has started: enumerate."""
        self.disconnect()
        await asyncio.sleep(_REENUMERATION_S)
        self._on = True
        if self._plugged:
            self.port.appear()
        self._connected.set()

    async def connected(self) -> None:
        """Return when the board has enumerated: a host can open the port, if the cable is in."""
        await self._connected.wait()

    async def leave(self) -> None:
        """As disconnect(), when the host has had time to read what was sent last."""
        await asyncio.sleep(_LAST_TRANSFER_S)
        self.disconnect()

    def disconnect(self) -> None:
        """The board resets, sleeps deeply or is off: it is no USB device any more."""
        self._on = False
        self._connected.clear()
        self.port.vanish()
        self._put_behind(None)

    def run_program(self) -> int:
        """Put a terminal behind the port, or keep the one that is there; its descriptor for the program."""
        if not isinstance(self._behind, Terminal):
            self._put_behind(Terminal(self._printed, self._balance))
        assert isinstance(self._behind, Terminal)
        return self._behind.stdio

    def run_loader(self, files: tuple[Path, Path], on_watchdog: Callable[[], None]) -> None:
        """Put the loader in ROM behind the port."""
        self._put_behind(RomLoader(files, self._answered, self._balance, on_watchdog))

    def say(self, lines: Iterable[str]) -> None:
        """The chip itself prints: its ROM, its boot loader or ESP-IDF."""
        for line in lines:
            self._printed(line.encode() + b"\r\n")

    def drain(self) -> None:
        """Pass on what an ended program has printed."""
        if self._behind is not None:
            self._behind.drain()

    def unplug(self) -> None:
        """Pull the cable; the board runs on from its battery."""
        self._plugged, self._until_pulled = False, None
        self.port.vanish()

    def plug(self) -> None:
        """Put the cable in."""
        if not self._plugged:
            self._plugged = True
            if self._on:
                self.port.appear()

    def pull_after(self, count: int) -> None:
        """Pull the cable when the host has sent `count` further bytes (at once for none)."""
        self._until_pulled = count
        if count <= 0:
            self.unplug()

    async def settled(self) -> None:
        """Return when nothing is left of what was behind the port before."""
        while self._endings:
            await asyncio.wait(self._endings)

    def _put_behind(self, behind: Behind | None) -> None:
        if self._behind is not None:
            self._behind.close()
            ending = asyncio.get_running_loop().create_task(self._behind.ended())
            self._endings.add(ending)
            ending.add_done_callback(self._endings.discard)
        self._behind = behind

    def _printed(self, data: bytes) -> None:
        if self.tap is not None:
            self.tap(data)
        self._answered(data)

    def _answered(self, data: bytes) -> None:
        self.port.write(data)
        self._balance()

    def _sent(self, data: bytes) -> None:
        """The host has sent this; as much of it arrives as the cable lets through."""
        arrived = data if self._until_pulled is None else data[: self._until_pulled]
        if isinstance(self._behind, Terminal):
            self._behind.take(self.hears(arrived))
        elif self._behind is not None:
            self._behind.take(arrived)
        self._balance()
        if self._until_pulled is not None:
            self._until_pulled -= len(arrived)
            if not self._until_pulled:
                self.unplug()

    def _balance(self) -> None:
        """Neither side runs away from the other."""
        if self._behind is not None:
            self._behind.pause(self.port.pending > _MOST_WAITING_BYTES)
            self.port.hold(self._behind.pending > _MOST_WAITING_BYTES)
