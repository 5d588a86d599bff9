"""Transfers: out with a sliding window of acknowledged bytes, in with an acknowledgement for each piece."""

import asyncio
import binascii
import hashlib
import struct

from plainsight import wire
from plainsight.compat import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from plainsight.channel import Channel
    from plainsight.update.upload import Upload

_OFFSET_BYTES = const(4)
_DATA_AT = const(9)  # header 5, offset 4
_HASHED_BYTES = const(4096)  # between two looks at other tasks


class Outgoing:
    """Sends bytes offset…size of `read_into(offset, view)` as MEDIA frames; never more than `window` unacknowledged."""

    def __init__(
        self,
        channel: "Channel",
        request: int,
        read_into: "Callable[[int, memoryview], int]",
        size: int,
        offset: int,
        window: int,
    ):
        self.request = request
        self._channel = channel
        self._read_into = read_into
        self._size = size
        self._sent = offset
        self._acked = offset
        self._window = window
        self._moved = asyncio.Event()

    async def run(self, frame: bytearray) -> None:
        """Send everything and wait for the last acknowledgement; `frame` (MAX_FRAME bytes) is the buffer to build in.

        Raises OSError where the source fails, and what Channel.send raises.
        """
        view = memoryview(frame)
        while self._sent < self._size:
            count = min(wire.MEDIA_CHUNK, self._size - self._sent)
            await self._acked_up_to(self._sent + count - self._window)
            if self._read_into(self._sent, view[_DATA_AT : _DATA_AT + count]) != count:
                raise OSError("short read")
            wire.pack_header(frame, wire.MEDIA, self.request, _OFFSET_BYTES + count)
            struct.pack_into("<I", frame, wire.HEADER_BYTES, self._sent)
            self._sent += count  # before the wait for room: an acknowledgement can overtake it
            await self._channel.send(view[: _DATA_AT + count], push=False)
            await asyncio.sleep(0)
        await self._acked_up_to(self._size)

    @property
    def complete(self) -> bool:
        """True when the phone has everything."""
        return self._acked == self._size

    def acknowledged(self, offset: int) -> None:
        """The phone has everything before `offset`. Raises BadFrame where that can't be."""
        if not self._acked <= offset <= self._sent:
            raise wire.BadFrame("ack_out_of_range")
        self._acked = offset
        self._moved.set()

    async def _acked_up_to(self, offset: int) -> None:
        while self._acked < offset:
            self._channel.push()
            self._moved.clear()
            await self._moved.wait()


class Incoming:
    """Takes `size` bytes from the phone, in order, and hands them to `sink`."""

    def __init__(self, channel: "Channel", request: int, size: int, sink: "PatternSink | Upload"):
        self.request = request
        self._channel = channel
        self._size = size
        self._have = 0
        self._sink = sink

    async def take(self, body: memoryview) -> bool:
        """One MEDIA body; acknowledges it once the sink has it; True with the last.

        Raises BadFrame where it is not the next piece, and Refused where the sink can't keep it.
        """
        data = body[_OFFSET_BYTES:]
        if wire.u32(body) != self._have or self._have + len(data) > self._size:
            raise wire.BadFrame("media_out_of_order")
        self._sink.write(data)
        self._have += len(data)
        await self._channel.send(wire.u32_frame(wire.ACK, self.request, self._have))
        return self._have == self._size

    def answer(self) -> dict:
        """Size and hash of what came, once. Raises Refused."""
        return self._sink.finish()

    def abandon(self) -> None:
        """No more will come."""
        self._sink.abandon()


class PatternSink:
    """Keeps nothing of what arrives but its hash."""

    def __init__(self, size: int):
        self._size = size
        self._hash = hashlib.sha256()

    def write(self, piece: memoryview) -> None:
        """The next piece."""
        self._hash.update(piece)

    def finish(self) -> dict:
        """Size and hash of what came."""
        return {"size": self._size, "sha256": binascii.hexlify(self._hash.digest()).decode()}

    def abandon(self) -> None:
        """There is nothing to leave behind."""


def pattern_into(offset: int, view: memoryview) -> int:
    """A source for Outgoing: the link-test pattern."""
    wire.test_pattern(view, offset)
    return len(view)


async def pattern_sha256(size: int, scratch: bytearray) -> str:
    """The hash of `size` bytes of the link-test pattern, computed without holding up other tasks."""
    digest = hashlib.sha256()
    view = memoryview(scratch)[:_HASHED_BYTES]
    for offset in range(0, size, _HASHED_BYTES):
        piece = view[: min(_HASHED_BYTES, size - offset)]
        wire.test_pattern(piece, offset)
        digest.update(piece)
        await asyncio.sleep(0)
    return binascii.hexlify(digest.digest()).decode()
