"""Virtual glasses in a process of their own: started, scripted over the control socket, ended with this one."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from host_tools.exits import LinkError
from host_tools.simulator import ControlClient, ControlLost, ControlRefused

_READY_S = 60.0
_END_S = 10.0


class SimulatorProcess:
    """The other process; `execute` makes it a board that provisioning can install an identity on."""

    def __init__(self, hci_socket: Path, control: ControlClient) -> None:
        self.hci_socket = hci_socket
        self._control = control

    async def command(self, verb: str, **fields: Any) -> Any:
        """Ask the world for something and return its result. Raises LinkError with the world's words."""
        try:
            return await self._control.ask(verb, **fields)
        except (ControlRefused, ControlLost) as error:
            raise LinkError(f"virtual glasses, {verb}", str(error)) from error

    async def execute(self, code: str) -> str:
        """Run MicroPython on the board, which must not be started; returns what it printed."""
        return str(await self.command("execute", code=code))


@asynccontextmanager
async def simulator_process(flash: Path, profile: str, level: str) -> AsyncGenerator[SimulatorProcess]:
    """Start the process and connect to it; it ends when the block does. Raises LinkError when it does not start."""
    options = ("--flash", str(flash), "--profile", profile, "--level", level)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "host_tools.simulator", *options),
        stdin=asyncio.subprocess.PIPE,  # it ends when this closes, so it can't outlive us
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # Ctrl-C at the terminal is for us; we end it in our own time
    )
    try:
        ready = await _ready_line(process)
        async with ControlClient(Path(ready["control_socket"])) as control:
            yield SimulatorProcess(Path(ready["hci_socket"]), control)
    finally:
        await _end(process)


async def _ready_line(process: asyncio.subprocess.Process) -> dict[str, Any]:
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), _READY_S)
        return json.loads(line)
    except (TimeoutError, ValueError) as error:
        raise LinkError("virtual glasses", "the simulator did not start") from error


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _END_S)
        except TimeoutError:
            process.kill()
            await process.wait()
