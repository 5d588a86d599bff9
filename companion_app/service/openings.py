"""How the service finds its line to the app: on a desktop its standard streams, on Android a socket by its name."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from companion_app.service.channel import Channel

_NAMED = "PYTHON_SERVICE_ARGUMENT"  # what python-for-android hands from the app to its service


async def by_standard_streams() -> Channel:
    """The line of a process that the app started as its child."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(Channel.LIMIT)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    # A writer can wait for its end only over this kind of protocol; nothing is ever read from it.
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), sys.stdout
    )
    return Channel(reader, asyncio.StreamWriter(transport, protocol, None, loop))


async def by_socket(path: Path) -> Channel:
    """The line of a process that the system started for the app. Raises OSError where the app is gone."""
    return Channel(*await asyncio.open_unix_connection(str(path), limit=Channel.LIMIT))


def named_by_android() -> Path:
    """Where the app listens."""
    return Path(os.environ[_NAMED])
