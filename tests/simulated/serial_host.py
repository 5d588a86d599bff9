"""A host with the board's port open, and the command-line tools that people use on it."""

from __future__ import annotations

import asyncio
import os
import sys
import tty
from pathlib import Path
from types import TracebackType

_TOOLS = Path(sys.executable).parent


class SerialHost:
    """`async with SerialHost(path) as host`: what came is in `seen`; `gone` is set when the port is hung up."""

    def __init__(self, port: Path) -> None:
        self._port = port
        self.seen = b""
        self.gone = asyncio.Event()
        self._came = asyncio.Event()
        self._descriptor = -1

    async def __aenter__(self) -> SerialHost:
        await appears(self._port)
        self._descriptor = os.open(self._port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(self._descriptor)
        asyncio.get_running_loop().add_reader(self._descriptor, self._read)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.get_running_loop().remove_reader(self._descriptor)
        os.close(self._descriptor)

    def send(self, data: bytes) -> None:
        """Type this; all of it fits into the kernel's buffer."""
        assert os.write(self._descriptor, data) == len(data)

    async def enter(self, line: bytes) -> bytes:
        """Type a line at the prompt; what is printed until the next prompt."""
        self.send(line + b"\r")
        await self.expect(line + b"\r\n")
        return (await self.expect(b">>> ")).removesuffix(b">>> ")

    async def expect(self, text: bytes, *, timeout_s: float = 20.0) -> bytes:
        """Everything up to and including the next `text`, which is then forgotten."""
        async with asyncio.timeout(timeout_s):
            while text not in self.seen:
                self._came.clear()
                assert not self.gone.is_set(), self.seen
                await self._came.wait()
        end = self.seen.index(text) + len(text)
        found, self.seen = self.seen[:end], self.seen[end:]
        return found

    def _read(self) -> None:
        try:
            data = os.read(self._descriptor, 4096)
        except OSError:
            data = b""
        if data:
            self.seen += data
        else:
            asyncio.get_running_loop().remove_reader(self._descriptor)
            self.gone.set()
        self._came.set()


async def appears(port: Path, *, timeout_s: float = 20.0) -> Path:
    """Wait until there is a pseudo-terminal behind the symlink; which."""
    async with asyncio.timeout(timeout_s):
        while not port.exists():  # noqa: ASYNC110 a device node tells nobody when it comes
            await asyncio.sleep(0.01)
    return port.readlink()


async def tool(name: str, *arguments: str) -> tuple[int, str]:
    """Run an installed command; its exit code and all that it printed."""
    process = await asyncio.create_subprocess_exec(
        str(_TOOLS / name), *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), 60)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return process.returncode, output.decode(errors="replace")


async def mpremote(port: Path, *arguments: str) -> str:
    """What `mpremote connect PORT …` prints; it has to succeed."""
    await appears(port)
    code, output = await tool("mpremote", "connect", str(port), *arguments)
    assert code == 0, output
    return output


async def esptool(port: Path, *arguments: str, after: str = "no-reset") -> tuple[int, str]:
    """`esptool` on a port without modem lines."""
    await appears(port)
    return await tool("esptool", "--port", str(port), "--before", "no-reset", "--after", after, *arguments)
