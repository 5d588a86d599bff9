"""A phone for tests, good or bad: it can stop at any step and say anything. Independent of the app's code."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import ssl
import struct
from pathlib import Path
from typing import Any, Protocol

from plainsight import wire


class Transport(Protocol):
    """Bytes to and from the glasses."""

    async def write(self, data: bytes) -> None: ...
    async def read(self) -> bytes:
        """Some bytes; b"" at the end."""
        ...

    async def close(self) -> None: ...


class Closed(Exception):
    """The glasses ended the connection."""


class Farewell(Closed):
    """They said so, inside TLS."""


def mac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def knock_answer(secret: bytes, nonce: bytes) -> bytes:
    return mac(mac(secret, b"knock"), b"plainsight-knock-v1" + nonce)[:16]


def forged(flight: bytes) -> bytes:
    """A client's flight whose CertificateVerify (handshake message 15) carries another signature."""
    out, at = bytearray(flight), 0
    while at + 5 < len(out):
        if out[at] == 22 and out[at + 5] == 15:
            out[at + 5 + 20] ^= 1
        at += 5 + int.from_bytes(out[at + 3 : at + 5], "big")
    return bytes(out)


class Peer:
    """The phone's end of one connection."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.nonce = b""
        self.events: list[dict[str, Any]] = []
        self.forge_signature = False
        self._received = b""
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls: ssl.SSLObject | None = None
        self._frames = wire.FrameReader(wire.TO_PHONE)
        self._plain = b""
        self._requests = 0

    async def take_nonce(self) -> bytes:
        await self.transport.write(wire.KNOCK_HELLO)
        while len(self._received) < wire.KNOCK_NONCE_BYTES:
            await self._more()
        self.nonce, self._received = self._received[:16], self._received[16:]
        return self.nonce

    async def knock(self, secret: bytes) -> None:
        await self.transport.write(knock_answer(secret, await self.take_nonce()))

    async def _more(self) -> None:
        data = await self.transport.read()
        if not data:
            raise Closed
        self._received += data

    async def shake_hands(self, pem: Path | None, maximum: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2) -> bytes:
        """TLS as a client; returns the SHA-256 of the glasses' certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = context.maximum_version = maximum
        if pem is not None:
            context.load_cert_chain(pem)
        self._tls = context.wrap_bio(self._incoming, self._outgoing)
        self._incoming.write(self._received)
        while True:
            try:
                self._tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                await self._flush()
                await self._feed()
            except ssl.SSLError as error:
                await self._flush()
                raise Closed from error
        await self._flush()
        return hashlib.sha256(self._tls.getpeercert(binary_form=True) or b"").digest()

    async def _flush(self) -> None:
        data = self._outgoing.read()
        if data:
            await self.transport.write(forged(data) if self.forge_signature else data)

    async def _feed(self) -> None:
        data = await self.transport.read()
        if not data:
            raise Closed
        self._incoming.write(data)

    def encrypt(self, data: bytes) -> bytes:
        assert self._tls
        self._tls.write(data)
        return self._outgoing.read()

    async def send(self, frame: bytes) -> None:
        await self.transport.write(self.encrypt(frame))

    async def frame(self) -> tuple[int, int, bytes]:
        """The next frame of any kind."""
        assert self._tls
        while True:
            while self._plain:
                self._plain = self._plain[self._frames.feed(self._plain) :]
                if self._frames.ready():
                    kind, request, body = self._frames.take()
                    return kind, request, bytes(body)
            try:
                self._plain = self._tls.read(65536)
                if not self._plain:
                    raise Farewell
            except ssl.SSLWantReadError:
                await self._feed()
            except ssl.SSLError as error:
                raise Closed from error

    async def response(self, request: int) -> dict[str, Any]:
        """The answer to one request; events that come before it are kept in `events`."""
        while True:
            kind, number, body = await self.frame()
            if kind == wire.EVENT:
                self.events.append(json.loads(body))
            elif kind == wire.RESPONSE and number == request:
                return json.loads(body)

    def next_request(self) -> int:
        self._requests += 1
        return self._requests

    async def ask(self, operation: str, **fields: Any) -> dict[str, Any]:
        request = self.next_request()
        await self.send(wire.json_frame(wire.REQUEST, request, {"op": operation, **fields}))
        return await self.response(request)

    async def event(self) -> dict[str, Any]:
        """The next event."""
        if self.events:
            return self.events.pop(0)
        while True:
            kind, _, body = await self.frame()
            if kind == wire.EVENT:
                return json.loads(body)

    def pairing_fields(self, secret: bytes, glasses_sha256: bytes, phone_sha256: bytes) -> dict[str, str]:
        proof = mac(secret, b"plainsight-pair-phone-v1" + glasses_sha256 + phone_sha256 + self.nonce)
        return {"proof": proof.hex(), "name": "Ada's phone", "owner_key": "09" + "00" * 31}

    async def fetch(self, size_key: str, ack_every: int = wire.MEDIA_CHUNK, **request: Any) -> bytes:
        """Run one download to its end: `fetch` or `link_test` fields in `request`; checks offsets and the hash."""
        number = self.next_request()
        await self.send(wire.json_frame(wire.REQUEST, number, request))
        answer = await self.response(number)
        if "error" in answer:
            raise AssertionError(answer)
        begun = request.get("offset", 0)
        data, acked = b"", begun
        while begun + len(data) < answer[size_key]:
            kind, frame_request, body = await self.frame()
            assert (kind, frame_request, wire.u32(body)) == (wire.MEDIA, number, begun + len(data))
            data += body[4:]
            if begun + len(data) - acked >= ack_every or begun + len(data) == answer[size_key]:
                acked = begun + len(data)
                await self.send(wire.u32_frame(wire.ACK, number, acked))
        if begun == 0:
            assert hashlib.sha256(data).hexdigest() == answer["sha256"]
        return data

    async def closed(self) -> list[tuple[int, int, bytes]]:
        """Every frame up to the end of the connection."""
        frames = []
        while True:
            try:
                frames.append(await self.frame())
            except Closed:
                return frames

    async def hung_up(self) -> bytes:
        """Every raw byte up to the end of the connection."""
        data = b""
        while True:
            piece = await self.transport.read()
            if not piece:
                return data
            data += piece


def ping(value: int) -> bytes:
    return wire.frame(wire.PING, 0, struct.pack("<I", value))


async def settled(task: asyncio.Task[Any]) -> Any:
    """The result of a task that ends by itself."""
    return await asyncio.wait_for(task, 10)
