"""Scans for glasses: one's own by their rotating identifier, or any with an open pairing window."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection

from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from companion_app.link.beacon import Beacon, parse_beacon
from companion_app.link.errors import GlassesNotFound
from companion_app.link.radio_errors import radio_errors


async def find_own(pair_key: bytes, seconds: float, except_for: Collection[str] = ()) -> BLEDevice:
    """The glasses that share `pair_key`; addresses in `except_for` were tried. Raises GlassesNotFound, NoRadio…"""
    found = await _find(lambda beacon: beacon.belongs_to(pair_key), seconds, except_for)
    if found is None:
        raise GlassesNotFound(seconds, pairing=False)
    return found


async def find_pairing(seconds: float, except_for: Collection[str] = ()) -> BLEDevice:
    """Glasses whose pairing window is open. Raises GlassesNotFound, NoRadio…"""
    found = await _find(lambda beacon: beacon.pairing_open, seconds, except_for)
    if found is None:
        raise GlassesNotFound(seconds, pairing=True)
    return found


async def _find(wanted: Callable[[Beacon], bool], seconds: float, except_for: Collection[str]) -> BLEDevice | None:
    found: asyncio.Future[BLEDevice] = asyncio.get_running_loop().create_future()

    def seen(device: BLEDevice, advertisement: AdvertisementData) -> None:
        beacon = parse_beacon(advertisement.service_data, advertisement.manufacturer_data)
        if beacon is None or found.done() or device.address in except_for:
            return
        if wanted(beacon):
            found.set_result(device)

    with radio_errors():
        async with BleakScanner(seen):
            try:
                return await asyncio.wait_for(found, seconds)
            except TimeoutError:
                return None
