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
from host_tools.window.children import mortal

_READY_S = 60.0
_END_S = 10.0
_LINE_BYTES = 1 << 20


class SimulatorProcess:
    """The other process; `execute` makes it a board that provisioning can install an identity on."""

    def __init__(self, hci_socket: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.hci_socket = hci_socket
        self._reader = reader
        self._writer = writer
        self._turn = asyncio.Lock()

    async def command(self, op: str, **fields: Any) -> Any:
        """Ask the world for something and return its result. Raises LinkError with the world's words."""
        async with self._turn:
            self._writer.write(json.dumps({"op": op, **fields}).encode() + b"\n")
            await self._writer.drain()
            line = await self._reader.readline()
        if not line:
            raise LinkError("virtual glasses", "the simulator ended")
        answer = json.loads(line)
        if not answer.get("ok"):
            raise LinkError(f"virtual glasses, {op}", f"{answer.get('error')}: {answer.get('message', '')}")
        return answer.get("result")

    async def execute(self, code: str) -> str:
        """Run MicroPython on the board, which must not be started; returns what it printed."""
        return str(await self.command("execute", code=code))


@asynccontextmanager
async def simulator_process(flash: Path, profile: str, level: str) -> AsyncGenerator[SimulatorProcess]:
    """Start the process and connect to it; it ends when the block does. Raises LinkError when it does not start."""
    options = ("--flash", str(flash), "--profile", profile, "--level", level)
    process = await asyncio.create_subprocess_exec(
        *mortal([sys.executable, "-m", "host_tools.simulator", *options]),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        ready = await _ready_line(process)
        reader, writer = await asyncio.open_unix_connection(ready["control_socket"], limit=_LINE_BYTES)
        try:
            yield SimulatorProcess(Path(ready["hci_socket"]), reader, writer)
        finally:
            writer.close()
    finally:
        await _end(process)


async def _ready_line(process: asyncio.subprocess.Process) -> dict[str, Any]:
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), _READY_S)
        return json.loads(line)
    except (TimeoutError, ValueError) as error:
        raise LinkError("virtual glasses", "the simulator did not start; see its words above") from error


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _END_S)
        except TimeoutError:
            process.kill()
            await process.wait()
