"""A byte stream between a bearer and TLS: two preallocated rings, with an interrupt allowed on the bearer's side.

Each ring has one producer and one consumer, and each of them moves only its own index, so neither needs a lock.
"""

import asyncio
import io


class Ring:
    """Bytes in order, at most `capacity` of them. `put` belongs to the producer, `take` and `drop` to the consumer."""

    def __init__(self, capacity: int):
        self._size = capacity + 1  # one byte stays free, so that full and empty differ
        self._bytes = bytearray(self._size)
        self._view = memoryview(self._bytes)
        self._head = 0  # next byte in: only the producer moves it
        self._tail = 0  # next byte out: only the consumer moves it

    def used(self) -> int:
        """Bytes that wait."""
        return (self._head - self._tail) % self._size

    def free(self) -> int:
        """Bytes that fit."""
        return self._size - 1 - self.used()

    def put(self, data: bytes | bytearray | memoryview) -> int:
        """Append as much of `data` as fits; returns how much that was."""
        count = min(len(data), self.free())
        if count == 0:
            return 0
        source = memoryview(data)
        head = self._head
        first = min(count, self._size - head)
        self._view[head : head + first] = source[:first]
        if first < count:
            self._view[: count - first] = source[first:count]
        self._head = (head + count) % self._size
        return count

    def take(self, out: bytearray | memoryview) -> int:
        """Move bytes into `out` until it is full or the ring empty; returns how many."""
        count = min(len(out), self.used())
        if count == 0:
            return 0
        target = memoryview(out)
        tail = self._tail
        first = min(count, self._size - tail)
        target[:first] = self._view[tail : tail + first]
        if first < count:
            target[first:count] = self._view[: count - first]
        self._tail = (tail + count) % self._size
        return count

    def peek(self, count: int, scratch: memoryview) -> memoryview:
        """The next `count` bytes (no more than `used`), which stay; `scratch` serves where they wrap round."""
        tail = self._tail
        first = self._size - tail
        if count <= first:
            return self._view[tail : tail + count]
        scratch[:first] = self._view[tail:]
        scratch[first:count] = self._view[: count - first]
        return scratch[:count]

    def drop(self, count: int) -> None:
        """Forget the next `count` bytes (no more than `used`)."""
        self._tail = (self._tail + count) % self._size


class ByteStream(io.IOBase):
    """What TLS reads and writes, and what a bearer fills and drains.

    `readable`: bytes or the end came in. `writable`: room was made. `work`: the bearer has something to do.
    """

    def __init__(self, incoming_bytes: int, outgoing_bytes: int):
        super().__init__()
        self.incoming = Ring(incoming_bytes)
        self.outgoing = Ring(outgoing_bytes)
        self.readable = asyncio.Event()
        self.writable = asyncio.Event()
        self.work = asyncio.Event()
        self.ended = False
        self._pushed = 0

    def readinto(self, out: bytearray | memoryview) -> int | None:
        """For TLS: bytes read, None where none wait yet, 0 only at the end (TLS takes 0 for a closed connection)."""
        count = self.incoming.take(out)
        if count:
            self.work.set()  # the bearer may now have room to grant
            return count
        return 0 if self.ended else None

    def write(self, data: bytes | bytearray | memoryview) -> int | None:
        """For TLS: bytes accepted, None where the ring is full. After the end, bytes are accepted and go nowhere."""
        if self.ended:
            return len(data)
        count = self.outgoing.put(data)
        if not count:
            return None
        self.work.set()
        return count

    def ioctl(self, _request: int, _argument: int) -> int:
        """For MicroPython's stream protocol: nothing to do, and closing TLS leaves the stream to its bearer."""
        return 0

    def push(self) -> None:
        """Everything written so far shall leave, even in a packet that is not full."""
        self._pushed = self.outgoing.used()
        self.work.set()

    def due(self, packet_bytes: int) -> int:
        """How many bytes the bearer should send in its next packet; 0: wait for more."""
        used = self.outgoing.used()
        if used >= packet_bytes:
            return packet_bytes
        return used if self._pushed else 0

    def sent(self, count: int) -> None:
        """The bearer has sent the next `count` outgoing bytes."""
        self.outgoing.drop(count)
        self._pushed = max(0, self._pushed - count)
        self.writable.set()

    def end(self) -> None:
        """No more bytes either way; what came in can still be read. Wakes every waiter."""
        self.ended = True
        self.readable.set()
        self.writable.set()
        self.work.set()

    async def read_exactly(self, out: bytearray) -> bool:
        """Fill `out`; False where the stream ended before."""
        view = memoryview(out)
        have = 0
        while have < len(out):
            self.readable.clear()
            count = self.readinto(view[have:])
            if count == 0:
                return False
            if count is None:
                await self.readable.wait()
            else:
                have += count
        return True
