"""The BLE bearer: one connection at a time as a byte stream, over notifications out and four write characteristics in.

Out: full packets, a partial one only where the stream was pushed; a full radio queue (ENOMEM) means the same slice
again. In: packet n comes on characteristic n mod 4, and the phone may have four on their way beyond the number that
CREDIT last notified; a wrong characteristic or an overrun means that bytes were lost, and ends the connection. A second
phone that connects meanwhile is sent away at once and costs the first one nothing.

The `on_…` methods may run in an interrupt: they store, and raise one flag.
"""

import asyncio
import struct

from plainsight import wire
from plainsight.compat import IrqFlag, const
from plainsight.stream import ByteStream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from plainsight.clock import Clock

    class GattRadio(Protocol):
        """What the bearer needs of a radio. OSError on notifying: ENOMEM is a full queue, others a lost link."""

        def start(self, events: "BleBearer") -> None: ...
        def notify_tx(self, connection: int, data: bytes | bytearray | memoryview) -> None: ...
        def notify_credit(self, connection: int, data: bytes | bytearray | memoryview) -> None: ...
        def disconnect(self, connection: int) -> None: ...


_ENOMEM = const(12)
_RETRY_MS = const(5)  # there is no event for "sent"
_BURST_PACKETS = const(8)  # between two looks at other tasks
_GRANT_PACKETS = const(2)
_INCOMING_BYTES = const(8192)
_OUTGOING_BYTES = const(12_800)  # three frames of 4 kB with their records
_SMALLEST_PACKET = const(20)
_EVEN_PACKETS = (495, 244)  # whole link-layer packets of 251 bytes, 7 of them headers of ATT and L2CAP
_LARGEST_PACKET = const(495)
_FAREWELL_MS = const(500)
_PARTING_MS = const(2_000)
_LOOK_MS = const(20)


class BleConnection:
    """One connected phone; `stream` is its bytes both ways."""

    def __init__(self, radio: "GattRadio", handle: int, clock: "Clock"):
        self.handle = handle
        self.stream = ByteStream(_INCOMING_BYTES, _OUTGOING_BYTES)
        self.gone = False
        self.broken = False
        self._radio = radio
        self._clock = clock
        self._packet_bytes = _SMALLEST_PACKET
        self._slots = len(wire.RX_UUIDS)
        self._taken = 0
        self._granted = 0
        self._credit = bytearray(4)
        self._scratch = memoryview(bytearray(_LARGEST_PACKET))

    def use_mtu(self, mtu: int) -> None:
        """The largest packet that fits, cut so that it fills whole link-layer packets."""
        fits = mtu - 3
        for even in _EVEN_PACKETS:
            if fits >= even:
                fits = even
                break
        self._packet_bytes = fits

    def arrived(self, slot: int, data: bytes | memoryview) -> None:
        """One packet came in; may run in an interrupt."""
        if slot != self._taken % self._slots or self.stream.incoming.free() < len(data):
            self.broken = True
            return
        self.stream.incoming.put(data)
        self._taken += 1

    async def pump(self) -> None:
        """Send what is due until the stream ends."""
        stream = self.stream
        burst = 0
        while not stream.ended:
            stream.work.clear()
            try:
                busy = self._grant() or self._send()
            except OSError as error:
                if error.errno != _ENOMEM:
                    stream.end()
                    return
                await self._clock.sleep_ms(_RETRY_MS)
                continue
            burst += 1
            if not busy:
                await stream.work.wait()
            elif burst % _BURST_PACKETS == 0:
                await asyncio.sleep(0)

    def _grant(self) -> bool:
        """Let the phone send on, where it has used half of its credit and there is room for all of it."""
        if self._taken - self._granted < _GRANT_PACKETS:
            return False
        if self.stream.incoming.free() < self._slots * _LARGEST_PACKET:
            return False
        taken = self._taken
        struct.pack_into("<I", self._credit, 0, taken & 0xFFFFFFFF)
        self._radio.notify_credit(self.handle, self._credit)
        self._granted = taken
        return True

    def _send(self) -> bool:
        count = self.stream.due(self._packet_bytes)
        if not count:
            return False
        self._radio.notify_tx(self.handle, self.stream.outgoing.peek(count, self._scratch))
        self.stream.sent(count)
        return True


class BleBearer:
    """Takes connections from a GattRadio and hands them out one at a time."""

    def __init__(self, radio: "GattRadio", clock: "Clock"):
        self._radio = radio
        self._clock = clock
        self._flag = IrqFlag()
        self._current: BleConnection | None = None
        self._unwanted: list[int] = []
        self._connected = asyncio.Event()
        self._pump: asyncio.Task | None = None

    def start(self) -> None:
        """Switch the radio on."""
        self._radio.start(self)

    def on_connect(self, handle: int) -> None:
        """The radio has a connection."""
        if self._current is None:
            self._current = BleConnection(self._radio, handle, self._clock)
        else:
            self._unwanted.append(handle)
        self._flag.set()

    def on_disconnect(self, handle: int) -> None:
        """A connection is gone."""
        connection = self._known(handle)
        if connection is not None:
            connection.gone = True
            self._flag.set()

    def on_mtu(self, handle: int, mtu: int) -> None:
        """The phone has asked for a packet size."""
        connection = self._known(handle)
        if connection is not None:
            connection.use_mtu(mtu)

    def on_packet(self, handle: int, slot: int, data: bytes | memoryview) -> None:
        """The phone has written one packet."""
        connection = self._known(handle)
        if connection is not None:
            connection.arrived(slot, data)
            self._flag.set()

    async def run(self) -> None:
        """Turn what interrupts stored into wake-ups of tasks, for ever."""
        while True:
            await self._flag.wait()
            self._flag.clear()
            while self._unwanted:
                self._hang_up(self._unwanted.pop())
            connection = self._current
            if connection is not None:
                self._connected.set()
                connection.stream.readable.set()
                connection.stream.work.set()
                if connection.gone or connection.broken:
                    connection.stream.end()

    async def accept(self) -> BleConnection:
        """The next connection, with its pump running."""
        while self._current is None:
            self._connected.clear()
            await self._connected.wait()
        self._pump = asyncio.create_task(self._current.pump())
        return self._current

    async def close(self, connection: BleConnection) -> None:
        """Send what is left, hang up, and forget the connection even where the radio never says that it is gone."""
        await self._until(_FAREWELL_MS, lambda: connection.stream.ended or not connection.stream.outgoing.used())
        connection.stream.end()
        if self._pump is not None:
            self._pump.cancel()
        if not connection.gone:
            self._hang_up(connection.handle)
        await self._until(_PARTING_MS, lambda: connection.gone)
        self._current = None

    def _known(self, handle: int) -> BleConnection | None:
        """The connection with this handle, if it is the one that is served."""
        connection = self._current
        return connection if connection is not None and connection.handle == handle else None

    def _hang_up(self, handle: int) -> None:
        try:
            self._radio.disconnect(handle)
        except OSError:
            return  # it is gone already

    async def _until(self, most_ms: int, done: "Callable[[], bool]") -> None:
        begun_ms = self._clock.ms()
        while not done() and self._clock.diff(self._clock.ms(), begun_ms) < most_ms:
            await self._clock.sleep_ms(_LOOK_MS)
