"""A byte stream between two tasks, with a drop that can be scripted to the byte."""

from __future__ import annotations

import asyncio

from companion_app.link.errors import LinkLost


class End:
    """One end of a stream; fits `companion_app.link.stream.ByteStream`."""

    mtu = 247

    def __init__(self, other: End | None = None) -> None:
        self.bytes_in = 0
        self.bytes_sent = 0
        self.drop_after: int | None = None  # this end's link dies once so many bytes were sent
        self.packet_bytes = 244
        self._other = other
        self._unread = bytearray()
        self._arrived = asyncio.Event()
        self._gone = False
        if other is not None:
            other._other = self

    async def send(self, data: bytes) -> None:
        for at in range(0, len(data), self.packet_bytes):
            if self._gone:
                raise LinkLost
            packet = data[at : at + self.packet_bytes]
            if self.drop_after is not None and self.bytes_sent + len(packet) > self.drop_after:
                self._deliver(packet[: self.drop_after - self.bytes_sent])
                self.drop()
                raise LinkLost
            self._deliver(packet)
        await asyncio.sleep(0)

    async def receive(self) -> bytes:
        while not self._unread:
            if self._gone:
                raise LinkLost
            self._arrived.clear()
            await self._arrived.wait()
        data = bytes(self._unread)
        self._unread.clear()
        return data

    async def close(self) -> None:
        self.drop()

    def drop(self) -> None:
        """The link is gone for both ends; what had arrived can still be read."""
        assert self._other is not None
        for end in (self, self._other):
            end._gone = True
            end._arrived.set()

    def _deliver(self, packet: bytes) -> None:
        assert self._other is not None
        self.bytes_sent += len(packet)
        self._other.bytes_in += len(packet)
        self._other._unread += packet
        self._other._arrived.set()


def make_link() -> tuple[End, End]:
    """(phone's end, glasses' end)"""
    phone = End()
    return phone, End(phone)
