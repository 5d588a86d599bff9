"""The app's side of the start: its service as a process of its own, and the private line to it."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from companion_app.ports.errors import NoticesMissing
from companion_app.ports.system import on_android
from companion_app.service.channel import Channel

_MODULE = "companion_app.service"
_FOLDER = "plainsight-"  # the beginning of a socket's folder that the guard of the network lets pass
_ENDS_S = 5.0  # two calls over the session bus take milliseconds
_ARRIVES_S = 20.0  # a cold start of Python on a phone takes seconds


@asynccontextmanager
async def service() -> AsyncGenerator[Channel]:
    """Start the service for the block and close its line after it. Raises NoticesMissing."""
    if on_android():
        async with _of_android() as channel:
            yield channel
    elif sys.platform == "linux":
        async with as_child() as channel:
            yield channel
    else:
        raise NoticesMissing(f"no notices on {sys.platform}")


@asynccontextmanager
async def as_child() -> AsyncGenerator[Channel]:
    """A child of this process, which it hears on its standard input until that ends."""
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            _MODULE,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=Channel.LIMIT,
        )
    except OSError as error:
        raise NoticesMissing(str(error)) from error
    assert process.stdin is not None
    assert process.stdout is not None
    channel = Channel(process.stdout, process.stdin)
    try:
        yield channel
    finally:
        await channel.close()
        await _ended(process, process.stdout)


async def _ended(process: asyncio.subprocess.Process, out: asyncio.StreamReader) -> None:
    """The end of a child that was told to end; one that hangs (a desktop that answers no call) is ended."""
    try:
        async with asyncio.timeout(_ENDS_S):
            await out.read()
    except TimeoutError:
        process.kill()
        await out.read()
    await process.wait()


@asynccontextmanager
async def awaited(folder: Path) -> AsyncGenerator[tuple[Path, asyncio.Future[Channel]]]:
    """A socket in `folder`, which is this user's alone, and the line of the first who comes; nobody else gets one."""
    first: asyncio.Future[Channel] = asyncio.get_running_loop().create_future()

    def came(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if first.done():
            writer.close()
        else:
            first.set_result(Channel(reader, writer))

    path = folder / "service"
    server = await asyncio.start_unix_server(came, str(path), limit=Channel.LIMIT)
    try:
        yield path, first
    finally:
        server.close()
        if first.done() and not first.cancelled():
            await first.result().close()


@asynccontextmanager
async def _of_android() -> AsyncGenerator[Channel]:
    """The foreground service of buildozer.spec; Android starts its process. Never run on a phone."""
    from companion_app.ports.android import autoclass, context

    launcher = autoclass("org.plainsight.plainsight.ServicePlainsight")
    with tempfile.TemporaryDirectory(prefix=_FOLDER) as folder:
        async with awaited(Path(folder)) as (path, first):
            launcher.start(context(), str(path))
            try:
                async with asyncio.timeout(_ARRIVES_S):
                    channel = await first
            except TimeoutError as error:
                raise NoticesMissing("the service did not start") from error
            yield channel
