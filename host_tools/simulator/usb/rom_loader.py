"""The loader in ROM behind the board's port: the mock's process, started when a host first speaks to it."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from host_tools.simulator.usb.loader_watchdog import SLIP_END, LoaderWatchdog
from host_tools.simulator.usb.writer import Writer

_CHUNK_BYTES = 4096
_SERVER = Path(__file__).with_name("rom_server.py")
_BITES_S = 0.05  # by then the last answer has left
_MISSING = b"[simulator] no loader answers: esp32-mock-bootloader is not installed\r\n"


def installed() -> bool:
    """This computer has what plays the loader."""
    return importlib.util.find_spec("esp32_mock_bootloader") is not None


class RomLoader:
    """`take` is what the host sends; `on_output` gets the answers, `on_watchdog` hears that the chip is to restart."""

    def __init__(
        self,
        files: tuple[Path, Path],
        on_output: Callable[[bytes], None],
        on_room: Callable[[], None],
        on_watchdog: Callable[[], None],
    ) -> None:
        self._files = files
        self._on_output = on_output
        self._on_watchdog = on_watchdog
        self._loop = asyncio.get_running_loop()
        self._link, self._far_end = socket.socketpair()
        self._link.setblocking(False)
        self._writer = Writer(self._link.fileno(), on_room)
        self._paused = False
        self._loop.add_reader(self._link, self._read)
        self._starting: asyncio.Task[asyncio.subprocess.Process] | None = None
        self._watchdog = LoaderWatchdog()

    @property
    def pending(self) -> int:
        """Bytes that the loader has not read yet."""
        return self._writer.pending

    def take(self, data: bytes) -> None:
        """The host sends this. Anything but a frame of the loader's protocol is noise to it."""
        if self._starting is None:
            if SLIP_END not in data:
                return
            if not installed():
                self._on_output(_MISSING)
                return
            self._starting = self._loop.create_task(self._start())
        self._writer.write(data)
        if self._watchdog.feed(data):
            self._loop.call_later(_BITES_S, self._on_watchdog)

    def pause(self, paused: bool) -> None:
        """Answer no further (True), or go on."""
        if paused != self._paused:
            self._paused = paused
            if paused:
                self._loop.remove_reader(self._link)
            else:
                self._loop.add_reader(self._link, self._read)

    def drain(self) -> None:
        """Nothing is left behind: the loader does not end by itself."""

    def close(self) -> None:
        """The chip is off, or runs something else."""
        self._loop.remove_reader(self._link)
        self._writer.close()
        self._link.close()
        self._far_end.close()

    async def ended(self) -> None:
        """Return when nothing of its process is left."""
        if self._starting is not None:
            process = await self._starting
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, str(_SERVER), str(self._far_end.fileno()), *map(str, self._files)),
            pass_fds=(self._far_end.fileno(),),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            env={"PATH": os.defpath},
            start_new_session=True,
        )

    def _read(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._on_output(self._link.recv(_CHUNK_BYTES))
