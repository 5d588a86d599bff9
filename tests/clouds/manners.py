"""How a cloud behaves, by name: as documented, with each documented error, or badly at each stage of an exchange."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
from collections.abc import Callable, Iterable
from http import HTTPStatus

from tests.app.sharing.recipient import Exchange, Manner
from tests.clouds.dialects import Dialect

Mannered = Callable[[Dialect], Manner]
_EVENT_STREAM = "Content-Type: text/event-stream; charset=utf-8"
_JSON = "Content-Type: application/json"


async def _read(exchange: Exchange, dialect: Dialect) -> bool:
    """Take the request in; False, and a 401, for who has no good key."""
    await exchange.read_request()
    if dialect.knows(exchange.headers):
        return True
    await exchange.reply("401 Unauthorized", dialect.errors[401], _JSON)
    return False


async def stream(exchange: Exchange, parts: Iterable[bytes], *, end: bool = True) -> None:
    """A chunked answer of events; without `end` the connection breaks where the last chunk should be."""
    head = f"HTTP/1.1 200 OK\r\n{_EVENT_STREAM}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    exchange.writer.write(head.encode())
    for part in parts:
        exchange.writer.write(b"%x\r\n%s\r\n" % (len(part), part))
        await exchange.writer.drain()
    if end:
        exchange.writer.write(b"0\r\n\r\n")
        await exchange.writer.drain()


def streams(said: Callable[[Dialect], bytes], *, cut_every: int = 7, end: bool = True) -> Mannered:
    """Stream what `said` gives, cut into small parts that respect neither events nor letters."""

    def mannered(dialect: Dialect) -> Manner:
        async def manner(exchange: Exchange) -> None:
            if await _read(exchange, dialect):
                answer = said(dialect)
                parts = (answer[at : at + cut_every] for at in range(0, len(answer), cut_every))
                await stream(exchange, parts, end=end)

        return manner

    return mannered


def answers(said: Callable[[Dialect], bytes], status: str = "200 OK", *headers: str) -> Mannered:
    """Answer in one piece."""

    def mannered(dialect: Dialect) -> Manner:
        async def manner(exchange: Exchange) -> None:
            if await _read(exchange, dialect):
                await exchange.reply(status, said(dialect), _JSON, *headers)

        return manner

    return mannered


def refuses(status: int, *headers: str) -> Mannered:
    """The documented refusal."""
    phrase = "Overloaded" if status == 529 else HTTPStatus(status).phrase
    return answers(lambda dialect: dialect.errors[status], f"{status} {phrase}", *headers)


def stalls_after(said: Callable[[Dialect], bytes]) -> Mannered:
    """Say the beginning of an answer, and then nothing for ever."""

    def mannered(dialect: Dialect) -> Manner:
        async def manner(exchange: Exchange) -> None:
            if await _read(exchange, dialect):
                await stream(exchange, [said(dialect)], end=False)
                await asyncio.Event().wait()

        return manner

    return mannered


def never_reads(_dialect: Dialect) -> Manner:
    """TLS stands, and the request is left lying."""

    async def manner(_exchange: Exchange) -> None:
        await asyncio.Event().wait()

    return manner


def refuses_unread(_dialect: Dialect) -> Manner:
    """A 413 as soon as the head is read, as a proxy before the service does; the body is left lying."""

    async def manner(exchange: Exchange) -> None:
        exchange.head = await exchange.reader.readuntil(b"\r\n\r\n")
        await exchange.reply("413 Content Too Large", b"<html>too large</html>", "Content-Type: text/html")

    return manner


def endless(event: bytes) -> Mannered:
    """The same event again and again."""

    def mannered(dialect: Dialect) -> Manner:
        async def manner(exchange: Exchange) -> None:
            if await _read(exchange, dialect):
                with contextlib.suppress(OSError):
                    await stream(exchange, iter(lambda: event, None), end=False)

        return manner

    return mannered


MANNERS: dict[str, Mannered] = {
    "streams": streams(lambda dialect: dialect.stream),
    "answers whole": answers(lambda dialect: dialect.whole),
    **{f"refuses {status}": refuses(status) for status in (401, 403, 404, 413, 500)},
    "refuses 429": refuses(429, "Retry-After: 17"),
    "cuts the stream's end": streams(lambda dialect: dialect.cut_stream),
    "breaks the connection": streams(lambda dialect: dialect.cut_stream, end=False),
    "fails while streaming": streams(lambda dialect: dialect.failed_stream),
    "calls a tool": streams(lambda dialect: dialect.tool_stream),
    "calls a tool whole": answers(lambda dialect: dialect.tool_whole),
    "says nothing": streams(lambda dialect: dialect.wordless_stream),
    "says garbage": streams(lambda _dialect: b"data: {]\n\n"),
    "says a web page": answers(lambda _dialect: b"<!doctype html><p>Please sign in.</p>"),
    "compresses": answers(lambda dialect: gzip.compress(dialect.whole), "200 OK", "Content-Encoding: gzip"),
    "refuses unread": refuses_unread,
    "repeats pings for ever": endless(b'event: ping\ndata: {"type": "ping"}\n\n' * 20),
    "sends one endless line": endless(b"x" * 500),
}
