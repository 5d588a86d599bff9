"""Frames over the secure channel: one frame is one TLS record going out, and is cut from the stream coming in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from plainsight import wire

from companion_app.link.errors import ProtocolBroken

_RECORD_BYTES = 29  # TLS 1.2 with AES-GCM adds header 5, explicit nonce 8 and tag 16 to the one frame in a record


class Channel(Protocol):
    """What frames need of a channel."""

    @property
    def bytes_in(self) -> int: ...

    async def send(self, data: bytes) -> None: ...

    async def receive(self) -> bytes: ...

    async def close(self) -> None: ...


@dataclass(frozen=True)
class Frame:
    """One frame from the glasses; `kind` is a key of `wire.FRAMES`."""

    kind: int
    request: int
    body: bytes


class FrameChannel:
    """Whole frames in and out. Any breach of the format ends the session with ProtocolBroken."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._reader = wire.FrameReader(wire.TO_PHONE)
        self._rest = memoryview(b"")
        self._whole_bytes = channel.bytes_in

    @property
    def unfinished_bytes(self) -> int:
        """Bytes that crossed the radio and are no whole frame: after a loss they have to be sent again."""
        return max(0, self._channel.bytes_in - self._whole_bytes)

    async def send(self, frame: bytes) -> None:
        """Send one frame made by `plainsight.wire`."""
        await self._channel.send(frame)

    async def receive(self) -> Frame:
        """The next frame. Raises LinkLost, ProtocolBroken."""
        while True:
            if not self._rest:
                self._rest = memoryview(await self._channel.receive())
            try:
                self._rest = self._rest[self._reader.feed(self._rest) :]
            except wire.BadFrame as error:
                raise ProtocolBroken(error.reason) from error
            if self._reader.ready():
                kind, request, body = self._reader.take()
                self._whole_bytes += wire.HEADER_BYTES + len(body) + _RECORD_BYTES
                return Frame(kind, request, bytes(body))

    async def close(self) -> None:
        """End the session."""
        await self._channel.close()
