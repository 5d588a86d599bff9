"""FROZEN baseline firmware: the photo loop of OpenGlass-style glasses, in its published shape, in place of the main.

Written from the published behaviour: 200-byte chunks behind a u16 index, one chunk a turn of the main loop, a pause at
the end of each turn, FF FF at the end, no acknowledgement, no resume. CONTROL takes `u16 pause_ms, u32 bytes` instead
of the original's one byte, so that one file serves each published pause. Where the original would lose a chunk to a
full queue this one tries again: the comparison is with its pace, not with its losses.
"""

import asyncio
import struct

import bluetooth

SERVICE = bluetooth.UUID("19b10000-e8f2-537e-4f6c-d104768a1214")
PHOTO = bluetooth.UUID("19b10005-e8f2-537e-4f6c-d104768a1214")
CONTROL = bluetooth.UUID("19b10006-e8f2-537e-4f6c-d104768a1214")

_IRQ_CENTRAL_CONNECT = 1
_IRQ_CENTRAL_DISCONNECT = 2
_IRQ_GATTS_WRITE = 3
_ENOMEM = 12
_ADVERTISE_US = 100_000
_RETRY_MS = 2
_CHUNK_BYTES = 200
_MAX_MTU = 517
_END = b"\xff\xff"


class Loop:
    """The main loop with a photo of `wanted` bytes to send."""

    def __init__(self) -> None:
        self.ble = bluetooth.BLE()
        self.ble.active(True)
        self.ble.config(mtu=_MAX_MTU)
        self.ble.irq(self._irq)
        services = ((SERVICE, ((PHOTO, bluetooth.FLAG_NOTIFY), (CONTROL, bluetooth.FLAG_WRITE))),)
        ((self.photo, self.control),) = self.ble.gatts_register_services(services)
        self.connection = None
        self.request = None

    def advertise(self) -> None:
        """Be connectable, with the service in the advertisement."""
        self.ble.gap_advertise(_ADVERTISE_US, b"\x02\x01\x06\x11\x07" + bytes(SERVICE))

    def _irq(self, event: int, data: tuple) -> None:
        if event == _IRQ_CENTRAL_CONNECT:
            self.connection = data[0]
        elif event == _IRQ_CENTRAL_DISCONNECT:
            self.connection = None
            self.advertise()
        elif event == _IRQ_GATTS_WRITE and data[1] == self.control:
            self.request = struct.unpack("<HI", self.ble.gatts_read(self.control))

    async def run(self) -> None:
        """Wait for a request, send the photo, for ever."""
        self.advertise()
        while True:
            request, self.request = self.request, None
            if request is None:
                await asyncio.sleep_ms(1)
            else:
                await self._send(request[0], request[1])

    async def _send(self, pause_ms: int, size: int) -> None:
        chunk = bytearray(2 + _CHUNK_BYTES)
        sent = 0
        index = 0
        while sent < size:
            take = min(_CHUNK_BYTES, size - sent)
            struct.pack_into("<H", chunk, 0, index & 0xFFFF)
            await self._notify(bytes(chunk[: 2 + take]))
            sent += take
            index += 1
            await asyncio.sleep_ms(pause_ms)
        await self._notify(_END)

    async def _notify(self, packet: bytes) -> None:
        while self.connection is not None:
            try:
                self.ble.gatts_notify(self.connection, self.photo, packet)
                return
            except OSError as error:
                if error.errno != _ENOMEM:
                    raise
                await asyncio.sleep_ms(_RETRY_MS)


asyncio.run(Loop().run())
