"""A channel without TLS whose other end is the test."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from plainsight import wire

from companion_app.link.client import GlassesClient
from companion_app.link.errors import LinkError, LinkLost
from companion_app.link.frames import FrameChannel
from companion_app.link.requests import Timing

QUICK = Timing(answer_within_s=0.2, capture_within_s=0.2, media_within_s=0.2)


class ScriptedChannel:
    """`say` what the glasses send; `heard` waits for a frame from the phone."""

    def __init__(self) -> None:
        self.bytes_in = 0
        self.closed = False
        self.sent: deque[tuple[int, int, bytes]] = deque()
        self._incoming: asyncio.Queue[bytes | LinkError] = asyncio.Queue()
        self._heard = asyncio.Event()

    async def send(self, data: bytes) -> None:
        if self.closed:
            raise LinkLost
        reader = wire.FrameReader(wire.TO_GLASSES)
        assert reader.feed(data) == wire.HEADER_BYTES or len(data) == wire.HEADER_BYTES
        assert reader.feed(data[wire.HEADER_BYTES :]) == len(data) - wire.HEADER_BYTES
        assert reader.ready()
        kind, request, body = reader.take()
        self.sent.append((kind, request, bytes(body)))
        self._heard.set()

    async def receive(self) -> bytes:
        data = await self._incoming.get()
        if isinstance(data, LinkError):
            raise data
        self.bytes_in += len(data)
        return data

    async def close(self) -> None:
        self.closed = True

    def say(self, *frames: bytes) -> None:
        """Plain bytes from the glasses."""
        for frame in frames:
            self._incoming.put_nowait(frame)

    def answer(self, request: int, fields: dict[str, Any]) -> None:
        """A RESPONSE."""
        self.say(wire.json_frame(wire.RESPONSE, request, fields))

    def lose(self, error: LinkError | None = None) -> None:
        """The link ends."""
        self._incoming.put_nowait(error or LinkLost())

    async def heard(self) -> tuple[int, int, bytes]:
        """The next frame from the phone."""
        async with asyncio.timeout(5):
            while not self.sent:
                self._heard.clear()
                await self._heard.wait()
        return self.sent.popleft()

    async def asked(self) -> tuple[str, dict[str, Any], int]:
        """The next request: operation, fields, request id."""
        kind, request, body = await self.heard()
        assert kind == wire.REQUEST
        operation, fields = wire.parse_request(body)
        return operation, fields, request


class Scripted:
    """A client on a scripted channel, with what it told its owner."""

    def __init__(self, timing: Timing = QUICK) -> None:
        self.channel = ScriptedChannel()
        self.events: list[object] = []
        self.voice_allowed = False
        self.voice: list[bytes] = []
        self.voice_makes_sense = True
        self.client = GlassesClient(
            FrameChannel(self.channel),
            on_event=self.events.append,
            voice_allowed=lambda: self.voice_allowed,
            on_voice=self._hear,
            timing=timing,
        )

    def _hear(self, piece: bytes) -> bool:
        self.voice.append(piece)
        return self.voice_makes_sense


async def exchange(scripted: Scripted, asking: Any, fields: dict[str, Any]) -> Any:
    """What `asking` returns once its request was answered with `fields`."""
    task = asyncio.ensure_future(asking)
    _, _, request = await scripted.channel.asked()
    scripted.channel.answer(request, fields)
    return await task
