"""FROZEN baseline, host side: bytes per second of the OpenGlass-style loop in `openglass_main.py`."""

from __future__ import annotations

import asyncio
import struct
import time
from pathlib import Path

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic

from host_tools.bench.baseline.board import connected_client
from host_tools.exits import LinkError

# Pause at the end of each turn of the published loop: 20 ms in the versions that only send photos. The version with a
# microphone pauses 4 ms, but each of its turns waits for 10 ms of sound (160 samples at 16 kHz) first.
PAUSES_MS = {"photo": 20, "photo and sound": 10}

_MAIN = Path(__file__).with_name("openglass_main.py")
_SERVICE = "19b10000-e8f2-537e-4f6c-d104768a1214"
_PHOTO = "19b10005-e8f2-537e-4f6c-d104768a1214"
_CONTROL = "19b10006-e8f2-537e-4f6c-d104768a1214"
_END = b"\xff\xff"
_INDEX_BYTES = 2
_DEADLINE_S = 300.0


async def openglass_goodput(profile: str, size: int, pause_ms: int) -> float:
    """Bytes per second for one photo of `size` bytes. Raises LinkError when it does not arrive whole."""
    async with connected_client(profile, _MAIN, _SERVICE) as client:
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
    spent_s = time.perf_counter() - begun
    if received != size:
        raise LinkError("OpenGlass-style loop", f"{received} of {size} bytes came, and it has no way to ask again")
    return size / spent_s
