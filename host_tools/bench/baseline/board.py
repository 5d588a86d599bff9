"""A virtual board that runs a baseline's firmware, and a Bleak client connected to it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from bleak import BleakClient, BleakScanner

from host_tools.exits import LinkError
from host_tools.simulator import Simulator
from host_tools.simulator.radio.bleak_backend import VirtualAdapter, backends

_FIND_S = 30.0


@asynccontextmanager
async def connected_client(profile: str, main: Path, service: str) -> AsyncGenerator[BleakClient]:
    """Boot `main` on a board of its own and connect to the one that advertises `service`. Raises LinkError."""
    async with Simulator(profile=profile, main=main) as simulator:
        await simulator.board.start()
        radio = backends(VirtualAdapter(link=simulator.radio.link))
        device = await BleakScanner.find_device_by_filter(
            lambda _, advertisement: service in advertisement.service_uuids, timeout=_FIND_S, backend=radio.scanner
        )
        if device is None:
            raise LinkError(main.stem, f"does not advertise; its last words: {simulator.board.log[-1:]}")
        async with BleakClient(device, backend=radio.client) as client:
            yield client
