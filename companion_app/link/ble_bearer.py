"""The byte stream over Bluetooth: notifications in; out, four characteristics in turn, as far as credit allows."""

from __future__ import annotations

import asyncio
import struct
from collections import deque

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice
from plainsight import wire

from companion_app.link.errors import ConnectFailed, LinkError, LinkLost, LinkSilent, NotGlasses, ProtocolBroken
from companion_app.link.radio_errors import radio_errors

_CONNECT_S = 15.0
_CREDIT_S = 10.0  # longest wait for the glasses to take a packet
_MAX_UNREAD_BYTES = 4 * wire.MAX_WINDOW  # far beyond any window: whoever sends more floods us
_MAX_PACKET_BYTES = 512  # largest attribute value of Bluetooth Core 5.4, Vol 3, Part F, 3.2.9
_ATT_HEADER_BYTES = 3
_CREDIT_BYTES = 4
_CREDIT_MASK = 0xFFFFFFFF


class CreditWindow:
    """How many packets may still be sent: one for each slot that the glasses have emptied.

    `taken` arrives as a cumulative u32 that wraps; a count that runs backwards or ahead of what was sent is a breach.
    """

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._sent = 0
        self._taken = 0

    @property
    def open(self) -> bool:
        """True when one more packet fits."""
        return self._sent - self._taken < self._slots

    def next_slot(self) -> int:
        """Count one packet as sent and name the slot it goes to."""
        slot = self._sent % self._slots
        self._sent += 1
        return slot

    def credit(self, value: bytes | bytearray) -> None:
        """Take in a CREDIT notification. Raises ProtocolBroken."""
        if len(value) != _CREDIT_BYTES:
            raise ProtocolBroken("bad_credit")
        newly = (struct.unpack("<I", value)[0] - self._taken) & _CREDIT_MASK
        if newly > self._sent - self._taken:
            raise ProtocolBroken("bad_credit")
        self._taken += newly


class BleBearer:
    """A `ByteStream` to one pair of glasses; made by `BleBearer.open`."""

    def __init__(self, device: BLEDevice) -> None:
        self._client = BleakClient(device, disconnected_callback=self._on_disconnected, timeout=_CONNECT_S)
        self._unread: deque[bytes] = deque()
        self._unread_bytes = 0
        self._arrived = asyncio.Event()
        self._credited = asyncio.Event()
        self._window = CreditWindow(len(wire.RX_UUIDS))
        self._sending = asyncio.Lock()
        self._slots: list[BleakGATTCharacteristic] = []
        self._failure: LinkError | None = None
        self._bytes_in = 0
        self._packet_bytes = 0

    @classmethod
    async def open(cls, device: BLEDevice) -> BleBearer:
        """Connect and subscribe. Raises ConnectFailed, NotGlasses, NoRadio…"""
        bearer = cls(device)
        try:
            with radio_errors():
                async with asyncio.timeout(_CONNECT_S):
                    await bearer._client.connect()
                    await bearer._subscribe()
        except TimeoutError as error:
            await bearer.close()
            raise ConnectFailed from error
        except BaseException:
            await bearer.close()
            raise
        return bearer

    @property
    def mtu(self) -> int:
        """The link's MTU: packet and ATT header."""
        return self._packet_bytes + _ATT_HEADER_BYTES

    @property
    def bytes_in(self) -> int:
        """Bytes notified so far."""
        return self._bytes_in

    async def send(self, data: bytes) -> None:
        """Write all of `data` in full packets, in order. Raises LinkLost, LinkSilent."""
        async with self._sending:
            for at in range(0, len(data), self._packet_bytes):
                await self._wait_for_credit()
                slot = self._slots[self._window.next_slot()]
                with radio_errors():
                    await self._client.write_gatt_char(slot, data[at : at + self._packet_bytes], response=False)

    async def receive(self) -> bytes:
        """What has arrived, at least one byte; bytes that came before a loss are still given out. Raises LinkLost."""
        while not self._unread:
            if self._failure is not None:
                raise self._failure
            self._arrived.clear()
            await self._arrived.wait()
        data = b"".join(self._unread)
        self._unread.clear()
        self._unread_bytes = 0
        return data

    async def close(self) -> None:
        """Disconnect; may be called again, and on a link that is gone."""
        self._fail(LinkLost())
        try:
            with radio_errors():
                await asyncio.wait_for(self._client.disconnect(), _CREDIT_S)
        except (LinkError, TimeoutError):
            return

    async def _subscribe(self) -> None:
        services = self._client.services
        found: list[BleakGATTCharacteristic] = []
        for uuid in (*wire.RX_UUIDS, wire.TX_UUID, wire.CREDIT_UUID):
            characteristic = services.get_characteristic(uuid)
            if characteristic is None:
                raise NotGlasses(uuid)
            found.append(characteristic)
        *self._slots, outgoing, credit = found
        self._packet_bytes = min(_MAX_PACKET_BYTES, *(slot.max_write_without_response_size for slot in self._slots))
        await self._client.start_notify(credit, self._on_credit)
        await self._client.start_notify(outgoing, self._on_bytes)

    async def _wait_for_credit(self) -> None:
        try:
            async with asyncio.timeout(_CREDIT_S):
                while self._failure is None and not self._window.open:
                    self._credited.clear()
                    await self._credited.wait()
        except TimeoutError as error:
            raise LinkSilent(_CREDIT_S) from error
        if self._failure is not None:
            raise self._failure

    def _on_bytes(self, _: BleakGATTCharacteristic, data: bytearray) -> None:
        self._bytes_in += len(data)
        self._unread_bytes += len(data)
        if self._unread_bytes > _MAX_UNREAD_BYTES:
            self._fail(ProtocolBroken("flood"))
            return
        self._unread.append(bytes(data))
        self._arrived.set()

    def _on_credit(self, _: BleakGATTCharacteristic, data: bytearray) -> None:
        try:
            self._window.credit(data)
        except ProtocolBroken as breach:
            self._fail(breach)
        self._credited.set()

    def _on_disconnected(self, _: BleakClient) -> None:
        self._fail(LinkLost())

    def _fail(self, failure: LinkError) -> None:
        """Remember the first failure and wake everybody who waits."""
        if self._failure is None:
            self._failure = failure
        self._arrived.set()
        self._credited.set()
