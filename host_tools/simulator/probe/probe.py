"""The virtual probe as one object: board, pins in the world of the glasses, port."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from host_tools.simulator.boardlink import BoardLink
from host_tools.simulator.boardprocess import BoardBusy, BoardProcess
from host_tools.simulator.probe.board import ProbeBoard
from host_tools.simulator.probe.terminal import Terminal
from host_tools.simulator.probe.wiring import ProbeWiring
from host_tools.simulator.world.world import World


class VirtualProbe:
    """`board`: the second board; `port`: its serial port, a path."""

    board: ProbeBoard
    port: Path

    def __init__(self, folder: Path, world: World, glasses: BoardProcess, nominal_mv: int) -> None:
        self.port = folder / "probe"
        self._link = BoardLink(folder / "probe-link")
        self._glasses = glasses
        self._cut = False
        self._starting: asyncio.Task[None] | None = None
        self._wiring = ProbeWiring(self._link, world, nominal_mv, self._power)

    async def start(self) -> None:
        """Open the port and switch the probe on."""
        terminal = Terminal(self.port)
        self._terminal = terminal
        await self._link.start()
        self.board = ProbeBoard(self._link, terminal)
        await self.board.start()

    async def close(self) -> None:
        """The world ends: switch the probe off, and glasses that it was about to switch on."""
        self._cut = False
        await self.board.stop()
        if self._starting is not None:
            await self._starting
            await self._glasses.kill()
        await self._link.close()
        self._terminal.close()

    def _power(self, on: bool) -> None:
        """The glasses' USB supply: they start again if it was the probe that had switched them off."""
        if not on and (self._glasses.running or self._glasses.at_prompt):
            self._cut = True
            self._glasses.power_off()
        elif on and self._cut:
            self._cut = False
            self._starting = asyncio.create_task(self._start_glasses())

    async def _start_glasses(self) -> None:
        with contextlib.suppress(BoardBusy):  # somebody else has started them
            await self._glasses.start()
