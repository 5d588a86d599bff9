"""What a scan hears around: how many devices at all, how many glasses, and one's own, how strongly."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from companion_app.link.beacon import parse_beacon
from companion_app.link.radio_errors import radio_errors


@dataclass(frozen=True)
class Surroundings:
    """Counts of devices heard in `seconds`; `own_dbm`: the strength of one's own glasses, None where they were not."""

    seconds: float
    devices: int
    glasses: int
    pairing: int
    own_dbm: int | None


async def look_around(pair_key: bytes | None, seconds: float) -> Surroundings:
    """Listen for `seconds`, or until the glasses that share `pair_key` are heard.

    Raises NoRadio, RadioOff, RadioDenied, RadioFailed.
    """
    heard = _Heard(pair_key)
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    with radio_errors():
        async with BleakScanner(heard.seen):
            with suppress(TimeoutError):
                await asyncio.wait_for(heard.own.wait(), seconds)
    return heard.sum_up(loop.time() - began_s)


@dataclass
class _Heard:
    """Collects advertisements; addresses that rotate within one scan are counted twice, as nobody can tell."""

    pair_key: bytes | None
    devices: set[str] = field(default_factory=set[str])
    glasses: set[str] = field(default_factory=set[str])
    pairing: set[str] = field(default_factory=set[str])
    own: asyncio.Event = field(default_factory=asyncio.Event)
    own_dbm: int | None = None

    def seen(self, device: BLEDevice, advertisement: AdvertisementData) -> None:
        self.devices.add(device.address)
        beacon = parse_beacon(advertisement.service_data, advertisement.manufacturer_data)
        if beacon is None:
            return
        self.glasses.add(device.address)
        if beacon.pairing_open:
            self.pairing.add(device.address)
        if self.pair_key is not None and beacon.belongs_to(self.pair_key):
            self.own_dbm = advertisement.rssi
            self.own.set()

    def sum_up(self, seconds: float) -> Surroundings:
        return Surroundings(seconds, len(self.devices), len(self.glasses), len(self.pairing), self.own_dbm)
