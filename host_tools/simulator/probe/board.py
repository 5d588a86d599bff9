"""Starts, resets and ends the process that is the probe."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal

from host_tools.simulator.boardlink import BoardLink
from host_tools.simulator.interpreter import interpreter_command
from host_tools.simulator.paths import STANDINS
from host_tools.simulator.probe.terminal import Terminal
from host_tools.simulator.probe.wiring import PROBE_FIRMWARE

_HEAP_BYTES = 256 * 1024  # a Pico's 264 kB of RAM leave about 190 kB; objects of the 64-bit port are twice as large


class ProbeBoard:
    """The second virtual board. It is on from `start` to `stop`."""

    def __init__(self, link: BoardLink, terminal: Terminal) -> None:
        self._link = link
        self._terminal = terminal
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Power on: its main.py runs."""
        self._process = await asyncio.create_subprocess_exec(
            *interpreter_command(_HEAP_BYTES),
            str(STANDINS / "boot_probe.py"),
            stdin=self._terminal.board_end,
            stdout=self._terminal.board_end,
            stderr=self._terminal.board_end,
            env={
                "PATH": os.defpath,
                "TZ": "UTC",
                "PLAINSIGHT_BOARD_SOCKET": str(self._link.path),
                "PLAINSIGHT_PATH": f"{STANDINS}:{PROBE_FIRMWARE}",
                "PLAINSIGHT_RUN": str(PROBE_FIRMWARE / "main.py"),
            },
            start_new_session=True,
        )

    async def stop(self) -> None:
        """Power off at once."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
            await self._link.drop()

    async def reset(self) -> None:
        """As its reset button: the pins float, then main.py runs again."""
        await self.stop()
        await self.start()

    def interrupt(self) -> None:
        """Type Ctrl-C."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
