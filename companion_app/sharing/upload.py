"""One request over one TLS connection, bounded in every direction, that knows at each moment what may have left."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass

import httpx

from companion_app.plain_text import plain_text
from companion_app.sharing.address import Address, is_loopback, parse
from companion_app.sharing.egress import Permit
from companion_app.sharing.errors import (
    AnswerTooLarge,
    BadAnswer,
    ConnectionLost,
    DeliveryError,
    NotTrusted,
    Refused,
    Unreachable,
)
from companion_app.sharing.outcome import Progress

MAX_ANSWER_BYTES = 1 << 20
_CHUNK_BYTES = 16 << 10
_OK = 200
_MAX_MESSAGE_CHARACTERS = 300
_MAX_REFUSAL_BYTES = 64 << 10
_SECONDS = re.compile(r"[0-9]{1,6}")
_HEADERS_ARE_LEAVING = "http11.send_request_headers.started"
_BODY_HAS_LEFT = "http11.send_request_body.complete"


@dataclass(frozen=True)
class Limits:
    """Bounds of one upload: seconds for the whole of it, for one silence and for a connection, bytes of answer."""

    deadline_s: float = 60.0
    silence_s: float = 30.0
    connect_s: float = 10.0
    answer_bytes: int = MAX_ANSWER_BYTES


# A model on this computer may look at a picture for minutes before its first word.
_PATIENT = Limits(deadline_s=600.0, silence_s=300.0)


def usual_limits(url: str) -> Limits:
    """Bounds for an endpoint at `url` ("" where nothing leaves). Raises BadAddress."""
    return _PATIENT if url and parse(url).loopback else Limits()


@dataclass(frozen=True)
class Request:
    """What goes to one address: `body` is all of it beside the headers."""

    method: str
    address: Address
    headers: Mapping[str, str]
    body: bytes = b""


async def resolve(address: Address, permit: Permit) -> list[str]:
    """IP addresses of the host, which the permit then covers. Raises Unreachable."""
    try:
        # A copy of this context goes into the thread, and the permit with it.
        found = await asyncio.to_thread(socket.getaddrinfo, address.host, address.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unreachable(recipient=address.recipient, reason="name not found") from error
    hosts = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if address.scheme == "http" and not all(is_loopback(host) for host in hosts):
        raise Unreachable(recipient=address.recipient, reason="the name of this computer points elsewhere")
    permit.addresses.update((host, address.port) for host in hosts)
    return hosts


@asynccontextmanager
async def exchange(
    request: Request, hosts: list[str], *, progress: Progress, tls: ssl.SSLContext, limits: Limits
) -> AsyncGenerator[AsyncIterator[bytes]]:
    """Send, wait for status 200, give the answer's bytes as they arrive; leaving closes the connection.
    Tries the next of `hosts` only while nothing left. Raises DeliveryError, and so does reading."""
    # Without the environment no proxy steps in between; a redirect would hand the picture to somebody not agreed to.
    transport = httpx.AsyncHTTPTransport(verify=tls, retries=0)
    timeout = httpx.Timeout(limits.silence_s, connect=limits.connect_s)
    async with httpx.AsyncClient(
        transport=transport, timeout=timeout, trust_env=False, follow_redirects=False
    ) as client:
        response = await _first_to_answer(client, request, hosts, progress)
        try:
            progress.status = response.status_code
            await _check(response, request.address)
            async with aclosing(_parts(response, request.address, limits.answer_bytes)) as parts:
                yield parts
        finally:
            await response.aclose()


async def _first_to_answer(
    client: httpx.AsyncClient, request: Request, hosts: list[str], progress: Progress
) -> httpx.Response:
    for host in hosts[:-1]:
        try:
            return await _send(client, request, host, progress)
        except Unreachable:
            if progress.begun:
                raise
    return await _send(client, request, hosts[-1], progress)


async def _send(client: httpx.AsyncClient, request: Request, host: str, progress: Progress) -> httpx.Response:
    """One try at one IP address; the answer's head. The URL holds the IP address, so that nothing below looks a name
    up; Host and certificate stay the name's."""
    address, body = request.address, request.body

    async def trace(event: str, _info: object) -> None:
        if event == _HEADERS_ARE_LEAVING:
            progress.begin()
        elif event == _BODY_HAS_LEFT:
            progress.whole_body_written = progress.body_bytes == len(body)

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), _CHUNK_BYTES):
            chunk = body[start : start + _CHUNK_BYTES]
            progress.body_bytes += len(chunk)
            yield chunk

    message = client.build_request(
        request.method,
        httpx.URL(scheme=address.scheme, host=host, port=address.port, path=address.path or "/"),
        content=chunks() if body else None,
        headers={
            **request.headers,
            "Host": address.recipient,
            **({"Content-Length": str(len(body))} if body else {}),
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": "plainsight",
        },
        extensions={"sni_hostname": address.host, "trace": trace},
    )
    with _errors(address):
        return await client.send(message, stream=True)


@contextmanager
def _errors(address: Address) -> Generator[None]:
    """httpx's errors become ours."""
    try:
        yield
    except httpx.ConnectError as error:
        raise _no_connection(error, address) from error
    except httpx.ConnectTimeout as error:
        raise Unreachable(recipient=address.recipient, reason="no connection in time") from error
    except httpx.TimeoutException as error:
        raise ConnectionLost(recipient=address.recipient, reason="silent for too long") from error
    except httpx.TransportError as error:
        raise ConnectionLost(recipient=address.recipient, reason=type(error).__name__) from error


def _no_connection(error: httpx.ConnectError, address: Address) -> DeliveryError:
    """TLS failures arrive as connection failures; the cause tells them apart."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            reason = getattr(cause, "verify_message", None) or cause.reason or "TLS failed"
            return NotTrusted(recipient=address.recipient, reason=reason)
        cause = cause.__cause__ or cause.__context__
    return Unreachable(recipient=address.recipient, reason="no connection")


async def _check(response: httpx.Response, address: Address) -> None:
    """Let only an answer through that was asked for: status 200, not compressed. Raises Refused, BadAnswer."""
    if response.status_code != _OK:
        raise Refused(
            recipient=address.recipient,
            status=response.status_code,
            message=await _message(response, address),
            retry_after_s=_retry_after_s(response),
        )
    if _compressed(response):
        raise BadAnswer(recipient=address.recipient, reason="compressed")


async def _message(response: httpx.Response, address: Address) -> str:
    """What a refusal says of itself, short and plain; a refusal that never ends is a refusal all the same."""
    said = bytearray()
    if not _compressed(response):
        with suppress(ConnectionLost, AnswerTooLarge):
            async for part in _parts(response, address, _MAX_REFUSAL_BYTES):
                said += part
    return plain_text(said.decode("utf-8", "replace"), _MAX_MESSAGE_CHARACTERS)


def _compressed(response: httpx.Response) -> bool:
    return response.headers.get("content-encoding", "identity") != "identity"


def _retry_after_s(response: httpx.Response) -> int | None:
    """The seconds of a Retry-After; its form with a date would need clocks that agree."""
    value = response.headers.get("retry-after", "")
    return int(value) if _SECONDS.fullmatch(value) else None


async def _parts(response: httpx.Response, address: Address, limit: int) -> AsyncGenerator[bytes]:
    """The body as sent, never inflated. Raises AnswerTooLarge beyond `limit` bytes, ConnectionLost."""
    count = 0
    with _errors(address):
        async for part in response.aiter_raw():
            count += len(part)
            if count > limit:
                raise AnswerTooLarge(recipient=address.recipient, limit=limit)
            yield part
