"""A private line between the app and its service: messages in, messages out, and the end of the other side."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from companion_app.service.messages import MOST_BYTES, BadMessage, Message, decode, encode


class Channel:
    """Over a pair of asyncio streams; made for readers with a limit of MOST_BYTES."""

    LIMIT = MOST_BYTES

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self) -> Message | None:
        """The next message; None when the other side is gone, was cut off within a line, or spoke nonsense."""
        try:
            line = await self._reader.readuntil(b"\n")
            return decode(line)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, BadMessage):
            return None

    async def write(self, message: Message) -> None:
        """Send a message; to who is gone already, nothing."""
        with suppress(ConnectionError):
            self._writer.write(encode(message))
            await self._writer.drain()

    async def close(self) -> None:
        """End this side, which the other one reads as its end."""
        self._writer.close()
        with suppress(ConnectionError):
            await self._writer.wait_closed()
