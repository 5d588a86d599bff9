"""FROZEN baseline, host side: bytes per second of raw notifications from `raw_notify_main.py` to unmodified Bleak."""

from __future__ import annotations

import asyncio
import struct
import time
from pathlib import Path

from bleak import BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic

from host_tools.simulator import Simulator
from host_tools.simulator.radio.bleak_backend import VirtualAdapter, backends

_MAIN = Path(__file__).with_name("raw_notify_main.py")
_SERVICE = "7a1e0001-7c4f-4c1b-9d3e-5a6b7c8d9e0f"
_DATA = "7a1e0002-7c4f-4c1b-9d3e-5a6b7c8d9e0f"
_CONTROL = "7a1e0003-7c4f-4c1b-9d3e-5a6b7c8d9e0f"
_FIND_S = 30.0
_DEADLINE_S = 300.0


async def raw_goodput(profile: str, size: int) -> float:
    """Bytes per second for `size` bytes, from the request to the last byte, on a board that does nothing else."""
    async with Simulator(profile=profile, main=_MAIN) as simulator:
        await simulator.board.start()
        radio = backends(VirtualAdapter(link=simulator.radio.link))
        device = await BleakScanner.find_device_by_filter(
            lambda _, advertisement: _SERVICE in advertisement.service_uuids, timeout=_FIND_S, backend=radio.scanner
        )
        if device is None:
            raise RuntimeError(f"the baseline firmware does not advertise: {simulator.board.log[-5:]}")
        async with BleakClient(device, backend=radio.client) as client:
            return await _measure(client, size)


async def _measure(client: BleakClient, size: int) -> float:
    received = 0
    complete = asyncio.Event()

    def on_data(_: BleakGATTCharacteristic, data: bytearray) -> None:
        nonlocal received
        received += len(data)
        if received >= size:
            complete.set()

    await client.start_notify(_DATA, on_data)
    begun = time.perf_counter()
    await client.write_gatt_char(_CONTROL, struct.pack("<I", size), response=True)
    await asyncio.wait_for(complete.wait(), _DEADLINE_S)
    return size / (time.perf_counter() - begun)
