"""One POST over one TLS connection, bounded in every direction, that knows at each moment what may have left."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from companion_app.plain_text import plain_text
from companion_app.sharing.address import Address, is_loopback
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
_HEADERS_ARE_LEAVING = "http11.send_request_headers.started"
_BODY_HAS_LEFT = "http11.send_request_body.complete"


@dataclass(frozen=True)
class Limits:
    """Bounds of one upload: seconds for the whole of it and for one silence, bytes of answer."""

    deadline_s: float = 60.0
    silence_s: float = 30.0
    answer_bytes: int = MAX_ANSWER_BYTES


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


async def post(
    address: Address,
    hosts: list[str],
    headers: Mapping[str, str],
    body: bytes,
    *,
    progress: Progress,
    tls: ssl.SSLContext,
    limits: Limits,
) -> bytes:
    """POST `body`, get the answer's bytes. Tries the next of `hosts` only while nothing left. Raises DeliveryError."""
    # Without the environment no proxy steps in between; a redirect would hand the picture to somebody not agreed to.
    transport = httpx.AsyncHTTPTransport(verify=tls, retries=0)
    async with httpx.AsyncClient(
        transport=transport, timeout=limits.silence_s, trust_env=False, follow_redirects=False
    ) as client:
        requests = [_request(client, address, host, headers, body, progress) for host in hosts]
        for request in requests[:-1]:
            try:
                return await _ask(client, request, address, progress, limits.answer_bytes)
            except Unreachable:
                if progress.begun:
                    raise
        return await _ask(client, requests[-1], address, progress, limits.answer_bytes)


async def _ask(
    client: httpx.AsyncClient, request: httpx.Request, address: Address, progress: Progress, limit: int
) -> bytes:
    """One request to one IP address; the answer's bytes if its status is 200."""
    async with _exchange(client, request, address) as response:
        progress.status = response.status_code
        answer = await _read(response, address, limit)
    _check_status(response, answer, address)
    return answer


def _request(
    client: httpx.AsyncClient, address: Address, host: str, headers: Mapping[str, str], body: bytes, progress: Progress
) -> httpx.Request:
    """The URL holds the IP address, so that nothing below looks a name up; Host and certificate stay the name's."""

    async def trace(event: str, _info: object) -> None:
        if event == _HEADERS_ARE_LEAVING:
            progress.begun = True
        elif event == _BODY_HAS_LEFT:
            progress.whole_body_written = progress.body_bytes == len(body)

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), _CHUNK_BYTES):
            chunk = body[start : start + _CHUNK_BYTES]
            progress.body_bytes += len(chunk)
            yield chunk

    return client.build_request(
        "POST",
        httpx.URL(scheme=address.scheme, host=host, port=address.port, path=address.path or "/"),
        content=chunks(),
        headers={
            **headers,
            "Host": address.recipient,
            "Content-Length": str(len(body)),
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": "plainsight",
        },
        extensions={"sni_hostname": address.host, "trace": trace},
    )


@asynccontextmanager
async def _exchange(
    client: httpx.AsyncClient, request: httpx.Request, address: Address
) -> AsyncGenerator[httpx.Response]:
    """Send and open the answer's stream; httpx's errors become ours."""
    try:
        response = await client.send(request, stream=True)
        try:
            yield response
        finally:
            await response.aclose()
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


async def _read(response: httpx.Response, address: Address, limit: int) -> bytes:
    """The whole body as sent, never inflated: a compressed answer was not asked for."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise BadAnswer(recipient=address.recipient, reason="compressed")
    parts = bytearray()
    async for part in response.aiter_raw():
        parts += part
        if len(parts) > limit:
            raise AnswerTooLarge(recipient=address.recipient, limit=limit)
    return bytes(parts)


def _check_status(response: httpx.Response, answer: bytes, address: Address) -> None:
    if response.status_code != _OK:
        message = plain_text(answer.decode("utf-8", "replace"), _MAX_MESSAGE_CHARACTERS)
        raise Refused(recipient=address.recipient, status=response.status_code, message=message)
