"""The glasses' half of TLS, in memory: what the peer speaks through."""

from __future__ import annotations

import asyncio
import ssl

from companion_app.link.errors import LinkLost
from tests.app.memory_link import End


class TlsServer:
    """The server's half of TLS over a stream."""

    def __init__(self, context: ssl.SSLContext, stream: End, first: bytes) -> None:
        self._stream = stream
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._in.write(first)
        self._tls = context.wrap_bio(self._in, self._out, server_side=True)
        self._lock = asyncio.Lock()

    async def handshake(self) -> None:
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._flush()
                self._in.write(await self._stream.receive())
            except ssl.SSLError:
                await self._flush()
                raise
            else:
                await self._flush()
                return

    async def send(self, data: bytes) -> None:
        async with self._lock:
            self._tls.write(data)
            await self._flush()

    async def receive(self) -> bytes:
        while True:
            try:
                data = self._tls.read(16384)
            except ssl.SSLWantReadError:
                self._in.write(await self._stream.receive())
            else:
                if not data:
                    raise LinkLost
                return data

    async def _flush(self) -> None:
        if self._out.pending:
            await self._stream.send(self._out.read())


async def exactly(stream: End, have: bytes, size: int) -> bytes:
    """`have` and what follows it, up to `size` bytes at least."""
    while len(have) < size:
        have += await stream.receive()
    return have
