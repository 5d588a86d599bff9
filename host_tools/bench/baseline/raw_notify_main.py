"""FROZEN baseline firmware: saturates `gatts_notify` with full packets and nothing else, in place of the glasses' main.

A write of a u32 to CONTROL asks for that many bytes on DATA. Packets of MTU - 3 are the best packing: each profile's
MTU is chosen so that one notification fills link-layer packets exactly. A full queue is tried again after a pause far
shorter than the queue lasts, so the radio never waits for this loop.
"""

import asyncio
import struct

import bluetooth

SERVICE = bluetooth.UUID("7a1e0001-7c4f-4c1b-9d3e-5a6b7c8d9e0f")
DATA = bluetooth.UUID("7a1e0002-7c4f-4c1b-9d3e-5a6b7c8d9e0f")
CONTROL = bluetooth.UUID("7a1e0003-7c4f-4c1b-9d3e-5a6b7c8d9e0f")

_IRQ_CENTRAL_CONNECT = 1
_IRQ_CENTRAL_DISCONNECT = 2
_IRQ_GATTS_WRITE = 3
_IRQ_MTU_EXCHANGED = 21
_ENOMEM = 12
_ADVERTISE_US = 100_000
_RETRY_MS = 1
_PACKETS_A_TURN = 8
_MAX_MTU = 517


class Pump:
    """One connection at most; `wanted` bytes are still to be sent."""

    def __init__(self) -> None:
        self.ble = bluetooth.BLE()
        self.ble.active(True)
        self.ble.config(mtu=_MAX_MTU)
        self.ble.irq(self._irq)
        services = ((SERVICE, ((DATA, bluetooth.FLAG_NOTIFY), (CONTROL, bluetooth.FLAG_WRITE))),)
        ((self.data, self.control),) = self.ble.gatts_register_services(services)
        self.connection = None
        self.mtu = 23
        self.wanted = 0
        self.asked = asyncio.Event()
        self.pattern = bytes(i & 0xFF for i in range(_MAX_MTU))

    def advertise(self) -> None:
        """Be connectable, with the service in the advertisement."""
        self.ble.gap_advertise(_ADVERTISE_US, b"\x02\x01\x06\x11\x07" + bytes(SERVICE))

    def _irq(self, event: int, data: tuple) -> None:
        if event == _IRQ_CENTRAL_CONNECT:
            self.connection = data[0]
        elif event == _IRQ_CENTRAL_DISCONNECT:
            self.connection = None
            self.wanted = 0
            self.advertise()
        elif event == _IRQ_MTU_EXCHANGED:
            self.mtu = data[1]
        elif event == _IRQ_GATTS_WRITE and data[1] == self.control:
            self.wanted = struct.unpack("<I", self.ble.gatts_read(self.control))[0]
            self.asked.set()

    async def run(self) -> None:
        """Send whatever is asked for, for ever."""
        self.advertise()
        while True:
            await self.asked.wait()
            self.asked.clear()
            await self._send()

    async def _send(self) -> None:
        full = self.pattern[: self.mtu - 3]
        sent = 0
        while self.wanted > 0 and self.connection is not None:
            packet = full if self.wanted >= len(full) else full[: self.wanted]
            try:
                self.ble.gatts_notify(self.connection, self.data, packet)
            except OSError as error:
                if error.errno != _ENOMEM:
                    raise
                await asyncio.sleep_ms(_RETRY_MS)
                continue
            self.wanted -= len(packet)
            sent += 1
            if sent % _PACKETS_A_TURN == 0:
                await asyncio.sleep_ms(0)


asyncio.run(Pump().run())
