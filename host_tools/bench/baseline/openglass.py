"""FROZEN baseline, host side: bytes per second of the OpenGlass-style loop in `openglass_main.py`."""

from __future__ import annotations

import asyncio
import struct
import time
from pathlib import Path

from bleak import BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic

from host_tools.simulator import Simulator
from host_tools.simulator.radio.bleak_backend import VirtualAdapter, backends

# Pause at the end of each turn of the published loop: 20 ms in the versions that only send photos. The version with a
# microphone pauses 4 ms, but each of its turns waits for 10 ms of sound (160 samples at 16 kHz) first.
PAUSES_MS = {"photo": 20, "photo_and_sound": 10}

_MAIN = Path(__file__).with_name("openglass_main.py")
_SERVICE = "19b10000-e8f2-537e-4f6c-d104768a1214"
_PHOTO = "19b10005-e8f2-537e-4f6c-d104768a1214"
_CONTROL = "19b10006-e8f2-537e-4f6c-d104768a1214"
_END = b"\xff\xff"
_INDEX_BYTES = 2
_FIND_S = 30.0
_DEADLINE_S = 300.0


class ChunksLost(Exception):
    """The photo did not arrive whole: this protocol has no way to ask again."""

    def __init__(self, received: int, size: int) -> None:
        super().__init__(f"{received} of {size} bytes")
        self.received = received
        self.size = size


async def openglass_goodput(profile: str, size: int, pause_ms: int) -> float:
    """Bytes per second for one photo of `size` bytes. Raises ChunksLost."""
    async with Simulator(profile=profile, main=_MAIN) as simulator:
        await simulator.board.start()
        radio = backends(VirtualAdapter(link=simulator.radio.link))
        device = await BleakScanner.find_device_by_filter(
            lambda _, advertisement: _SERVICE in advertisement.service_uuids, timeout=_FIND_S, backend=radio.scanner
        )
        if device is None:
            raise RuntimeError(f"the baseline firmware does not advertise: {simulator.board.log[-5:]}")
        async with BleakClient(device, backend=radio.client) as client:
            return await _measure(client, size, pause_ms)


async def _measure(client: BleakClient, size: int, pause_ms: int) -> float:
    received = 0
    ended = asyncio.Event()

    def on_chunk(_: BleakGATTCharacteristic, data: bytearray) -> None:
        nonlocal received
        if bytes(data) == _END:
            ended.set()
        else:
            received += len(data) - _INDEX_BYTES

    await client.start_notify(_PHOTO, on_chunk)
    begun = time.perf_counter()
    await client.write_gatt_char(_CONTROL, struct.pack("<HI", pause_ms, size), response=True)
    await asyncio.wait_for(ended.wait(), _DEADLINE_S)
    if received != size:
        raise ChunksLost(received, size)
    return size / (time.perf_counter() - begun)
