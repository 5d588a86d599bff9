"""What the radio's tests stand on: a board without a process, a board with one, and the two on the air with phones."""

from __future__ import annotations

import asyncio
import inspect
import os
import shutil
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from host_tools.simulator import standins
from host_tools.simulator.boardlink import BoardLink
from host_tools.simulator.radio.bleak_backend import VirtualAdapter, install
from host_tools.simulator.radio.radio import VirtualRadio

SERVICE = "7a1e0001-7c4f-4c1b-9d3e-5a6b7c8d9e0f"
TX = "7a1e0002-7c4f-4c1b-9d3e-5a6b7c8d9e0f"
RX = "7a1e0003-7c4f-4c1b-9d3e-5a6b7c8d9e0f"
_STANDINS = Path(standins.__file__).parent


def uuid_bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("-", ""))[::-1]


class BoardInProcess:
    """Calls the peripheral as the board link would, and keeps every event it sends."""

    def __init__(self) -> None:
        self.on_detach: list[Callable[[], None]] = []
        self.events: list[tuple[Any, ...]] = []
        self._arrived = asyncio.Condition()
        self._handler: object = None

    def register(self, service: str, handler: object) -> None:
        assert service == "ble"
        self._handler = handler

    def event(self, service: str, *values: Any) -> None:
        assert service == "ble"
        self.events.append(values)

    async def call(self, method: str, *arguments: Any) -> Any:
        result = getattr(self._handler, "board_" + method)(*arguments)
        return await result if inspect.isawaitable(result) else result

    async def event_with(self, code: int) -> tuple[Any, ...]:
        """Return the first event of this kind, waiting for it."""
        async with asyncio.timeout(10):
            while True:
                for event in self.events:
                    if event[0] == code:
                        return event
                await asyncio.sleep(0.002)

    async def serve(self, *, tx_flags: int = 0x10, rx_flags: int = 0x0C, rx_buffer: int = 512) -> tuple[int, int]:
        """Power on, register one service with TX and RX, advertise; return the two value handles."""
        await self.call("active", True)
        characteristics = ((uuid_bytes(TX), tx_flags, ()), (uuid_bytes(RX), rx_flags, ()))
        ((tx, rx),) = await self.call("gatts_register_services", ((uuid_bytes(SERVICE), characteristics),))
        await self.call("gatts_set_buffer", rx, rx_buffer, False)
        await self.advertise()
        return tx, rx

    async def advertise(self) -> None:
        await self.call("gap_advertise", 20_000, b"\x02\x01\x06\x11\x07" + uuid_bytes(SERVICE), b"\x05\x09Test", True)

    def lose_power(self) -> None:
        for notify in self.on_detach:
            notify()


class BoardProcess:
    """A MicroPython process with the stand-ins on its path, attached through a real board link."""

    def __init__(self, folder: Path) -> None:
        self.link = BoardLink(folder / "board.socket")
        self.lines: list[str] = []
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    async def run(self, code: str) -> None:
        """Start the firmware `code`."""
        script = self._folder / "snippet.py"
        script.write_text(f"import worldlink\nworldlink.connect({str(self.link.path)!r})\n{code}")
        environment = os.environ | {"MICROPYPATH": f"{_STANDINS}:.frozen"}
        executable = shutil.which("micropython", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
        assert executable is not None
        self._process = await asyncio.create_subprocess_exec(
            executable, str(script), env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self.lines.append(line.decode().rstrip())

    async def says(self, start: str, times: int = 1) -> str:
        """Return the line that begins so, or the last of so many, waiting for it."""
        async with asyncio.timeout(20):
            while True:
                lines = [line for line in self.lines if line.startswith(start)]
                if len(lines) >= times:
                    return lines[times - 1]
                assert self._reader is not None
                assert not self._reader.done(), self.lines
                await asyncio.sleep(0.005)

    async def kill(self) -> None:
        if self._process is not None:
            if self._process.returncode is None:
                self._process.kill()
            await self._process.wait()
            assert self._reader is not None
            await self._reader
            self._process = None
            self.lines.clear()


@asynccontextmanager
async def on_the_air(profile: str = "instant") -> AsyncGenerator[tuple[BoardInProcess, VirtualRadio, VirtualAdapter]]:
    """A board in this process, its radio, and one phone. Bleak is virtual; a device knows which phone found it."""
    board = BoardInProcess()
    radio = VirtualRadio(board, profile)
    phone = VirtualAdapter(radio.link)
    install()
    try:
        yield board, radio, phone
    finally:
        radio.set_out_of_range(False)
        await phone.close()
        await radio.close()
