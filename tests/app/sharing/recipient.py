"""A recipient on loopback with TLS and OpenAI's shape, well or badly mannered, behind a tap that counts its bytes."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import datetime
import json
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import trustme

Manner = Callable[["Exchange"], Awaitable[None]]

# The fields of a real completion, shortened.
COMPLETION = {
    "id": "chatcmpl-9x1",
    "object": "chat.completion",
    "created": 1_763_700_000,
    "model": "gpt-4o-mini-2024-07-18",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "A naval officer in uniform.", "refusal": None},
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 1105, "completion_tokens": 7, "total_tokens": 1112},
}


@dataclass
class Exchange:
    """One connection, seen from the recipient."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    head: bytes = b""
    body: bytes = b""

    @property
    def headers(self) -> dict[str, str]:
        lines = self.head.decode().split("\r\n")[1:]
        return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines if line)}

    @property
    def picture(self) -> bytes:
        """What the data URL of the request holds."""
        url = json.loads(self.body)["messages"][0]["content"][1]["image_url"]["url"]
        return base64.b64decode(url.removeprefix("data:image/jpeg;base64,"), validate=True)

    async def read_request(self) -> None:
        self.head = await self.reader.readuntil(b"\r\n\r\n")
        self.body = await self.reader.readexactly(int(self.headers["content-length"]))

    async def reply(self, status: str, body: bytes, *headers: str) -> None:
        lines = (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers)
        self.writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await self.writer.drain()


async def well(exchange: Exchange) -> None:
    """Read everything, answer as documented."""
    await exchange.read_request()
    await exchange.reply("200 OK", json.dumps(COMPLETION).encode())


def answers(status: str, body: bytes = b"", *headers: str) -> Manner:
    async def manner(exchange: Exchange) -> None:
        await exchange.read_request()
        await exchange.reply(status, body, *headers)

    return manner


@dataclass
class Recipient:
    """`exchanges` begin with TLS done; `connections` and byte counts are TCP's, from the tap."""

    authority: trustme.CA
    manner: Manner = well
    name: str = "localhost"
    not_after: datetime.datetime | None = None
    exchanges: list[Exchange] = field(default_factory=list)
    connections: int = 0
    bytes_up: int = 0
    on_connection: Callable[[], None] = lambda: None
    port: int = 0
    _servers: list[asyncio.Server] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}/v1"

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> Recipient:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert(self.name, not_after=self.not_after).configure_cert(context)
        behind = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        self._inner_port = behind.sockets[0].getsockname()[1]
        tap = await asyncio.start_server(self._tap, host, port)
        self.port = tap.sockets[0].getsockname()[1]
        self._servers = [behind, tap]
        return self

    async def stop(self) -> None:
        for server in self._servers:
            server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._keep()
        exchange = Exchange(reader, writer)
        self.exchanges.append(exchange)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await self.manner(exchange)
        writer.close()

    async def _tap(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._keep()
        self.connections += 1
        self.on_connection()
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self._inner_port)
        up = asyncio.ensure_future(self._pump(reader, inner_writer, up=True))
        down = asyncio.ensure_future(self._pump(inner_reader, writer, up=False))
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(up, down)
        up.cancel()
        down.cancel()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, up: bool) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                if up:
                    self.bytes_up += len(data)
                sink.write(data)
                await sink.drain()
        sink.close()

    def _keep(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
