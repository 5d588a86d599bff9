"""Frames over the secure channel: one frame is one TLS record going out, and is cut from the stream coming in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from plainsight import wire

from companion_app.link.errors import ProtocolBroken


class Channel(Protocol):
    """What frames need of a channel."""

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
                return Frame(kind, request, bytes(body))

    async def close(self) -> None:
        """End the session."""
        await self._channel.close()
