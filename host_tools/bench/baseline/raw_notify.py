"""FROZEN baseline, host side: bytes per second of raw notifications from `raw_notify_main.py` to unmodified Bleak."""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic

from host_tools.bench.baseline.board import connected_client

_MAIN = Path(__file__).with_name("raw_notify_main.py")
_SERVICE = "7a1e0001-7c4f-4c1b-9d3e-5a6b7c8d9e0f"
_DATA = "7a1e0002-7c4f-4c1b-9d3e-5a6b7c8d9e0f"
_CONTROL = "7a1e0003-7c4f-4c1b-9d3e-5a6b7c8d9e0f"
_DEADLINE_S = 300.0


class RawNotifications:
    """A connection to a board that does nothing but notify."""

    def __init__(self, client: BleakClient) -> None:
        self._client = client
        self._received = 0
        self._wanted = 0
        self._complete = asyncio.Event()

    async def subscribe(self) -> None:
        """Count every byte from now on."""
        await self._client.start_notify(_DATA, self._on_data)

    async def measure(self, size: int) -> float:
        """Bytes per second for `size` bytes, from the request to the last byte."""
        self._received, self._wanted = 0, size
        self._complete.clear()
        begun = time.perf_counter()
        await self._client.write_gatt_char(_CONTROL, struct.pack("<I", size), response=True)
        await asyncio.wait_for(self._complete.wait(), _DEADLINE_S)
        return size / (time.perf_counter() - begun)

    def _on_data(self, _: BleakGATTCharacteristic, data: bytearray) -> None:
        self._received += len(data)
        if self._received >= self._wanted:
            self._complete.set()


@asynccontextmanager
async def raw_notifications(profile: str) -> AsyncGenerator[RawNotifications]:
    """The baseline's own board and radio, connected over `profile`."""
    async with connected_client(profile, _MAIN, _SERVICE) as client:
        baseline = RawNotifications(client)
        await baseline.subscribe()
        yield baseline
