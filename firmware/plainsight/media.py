"""Transfers: out with a sliding window of acknowledged bytes, in with an acknowledgement for each piece."""

import asyncio
import binascii
import hashlib
import struct

from plainsight import wire
from plainsight.compat import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.channel import Channel
    from plainsight.update.upload import Upload

_OFFSET_BYTES = const(4)
_DATA_AT = const(9)  # header 5, offset 4
_HASHED_BYTES = const(4096)  # between two looks at other tasks


class Source:
    """What an Outgoing sends. `size` is known once `answer` has returned."""

    size = -1

    async def sha256(self, scratch: bytearray) -> str:
        """Hash of the whole, in hex; `scratch` (4096 bytes) may be used for it."""
        raise NotImplementedError

    async def answer(self, scratch: bytearray) -> dict:
        """What the request is answered with before the first byte. Raises Refused."""
        return {"size": self.size, "sha256": await self.sha256(scratch)}

    def leaves(self) -> None:
        """The answer leaves now. Raises Refused where it may not any more."""

    def read_into(self, offset: int, view: memoryview) -> int:
        """Fill `view`, which leaves now; how many bytes there were. Raises Refused, OSError."""
        raise NotImplementedError

    def sent(self, view: memoryview) -> None:
        """The copy in `view` has left."""

    def close(self) -> None:
        """Nothing more is wanted of it, well or not."""


class Outgoing:
    """Sends bytes offset…size of `source` as MEDIA frames; never more than `window` of them unacknowledged."""

    def __init__(self, channel: "Channel", request: int, source: Source, offset: int, window: int):
        self.request = request
        self._channel = channel
        self._source = source
        self._sent = offset
        self._acked = offset
        self._window = window
        self._moved = asyncio.Event()

    async def run(self, frame: bytearray) -> None:
        """Send everything and wait for the last acknowledgement; `frame` (MAX_FRAME bytes) is the buffer to build in.

        Raises OSError where the source fails, and what Channel.send raises.
        """
        view = memoryview(frame)
        size = self._source.size
        while self._sent < size:
            count = min(wire.MEDIA_CHUNK, size - self._sent)
            await self._acked_up_to(self._sent + count - self._window)
            await self._channel.room(_DATA_AT + count)  # first: what is read leaves at once
            data = view[_DATA_AT : _DATA_AT + count]
            if self._source.read_into(self._sent, data) != count:
                raise OSError("short read")
            wire.pack_header(frame, wire.MEDIA, self.request, _OFFSET_BYTES + count)
            struct.pack_into("<I", frame, wire.HEADER_BYTES, self._sent)
            self._sent += count  # before it is sent: an acknowledgement can overtake it
            await self._channel.send(view[: _DATA_AT + count], push=False)
            self._source.sent(data)
            await asyncio.sleep(0)
        await self._acked_up_to(size)

    @property
    def complete(self) -> bool:
        """True when the phone has everything."""
        return self._acked == self._source.size

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


class PatternSource(Source):
    """The link-test pattern."""

    def __init__(self, size: int):
        self.size = size

    async def sha256(self, scratch: bytearray) -> str:
        """Hash of the whole, in hex, computed without holding up other tasks."""
        digest = hashlib.sha256()
        view = memoryview(scratch)[:_HASHED_BYTES]
        for offset in range(0, self.size, _HASHED_BYTES):
            piece = view[: min(_HASHED_BYTES, self.size - offset)]
            wire.test_pattern(piece, offset)
            digest.update(piece)
            await asyncio.sleep(0)
        return binascii.hexlify(digest.digest()).decode()

    def read_into(self, offset: int, view: memoryview) -> int:
        """The pattern from `offset` on."""
        wire.test_pattern(view, offset)
        return len(view)


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
