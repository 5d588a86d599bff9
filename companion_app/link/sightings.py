"""Which glasses are around, as they come and go: whose, how near, and whether they let a phone pair."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from companion_app.link.beacon import parse_beacon
from companion_app.link.pins import Pin
from companion_app.link.radio_errors import radio_errors

FORGET_AFTER_S = 12.0  # more than a beacon's longest interval; afterwards they are gone, or have another address
_LOOK_S = 1.0
_NEAR_DBM, _MIDDLE_DBM = -60, -75  # about an arm's length, and across a room


class Nearness(StrEnum):
    """A guess from the signal's strength, which walls and bodies weaken too."""

    NEAR = "near"
    MIDDLE = "middle"
    FAR = "far"


@dataclass(frozen=True)
class Sighting:
    """One pair of glasses; `own`: its short name where this phone is paired with it, else None."""

    address: str
    nearness: Nearness
    pairing_open: bool
    paired: bool
    own: str | None


async def watch(pins: Sequence[Pin], tell: Callable[[tuple[Sighting, ...]], None], seconds: float) -> None:
    """Tell what is around after each change, for so many seconds: glasses that let a phone pair first.

    Raises NoRadio, RadioOff, RadioDenied, RadioFailed.
    """
    around = Around(pins, asyncio.get_running_loop().time, tell)
    with radio_errors():
        async with BleakScanner(around.seen):
            for _ in range(max(1, round(seconds / _LOOK_S))):
                await asyncio.sleep(_LOOK_S)
                around.forget_gone()


class Around:
    """Collects advertisements; `steady_s` is a monotonic clock."""

    def __init__(
        self, pins: Sequence[Pin], steady_s: Callable[[], float], tell: Callable[[tuple[Sighting, ...]], None]
    ) -> None:
        self._pins = pins
        self._steady_s = steady_s
        self._tell = tell
        self._seen: dict[str, tuple[float, Sighting]] = {}
        self._told: tuple[Sighting, ...] = ()

    def seen(self, device: BLEDevice, advertisement: AdvertisementData) -> None:
        """One advertisement, of whatever."""
        beacon = parse_beacon(advertisement.service_data, advertisement.manufacturer_data)
        if beacon is None:
            return
        own = next((pin.glasses for pin in self._pins if beacon.belongs_to(pin.pair_key)), None)
        found = Sighting(device.address, nearness(advertisement.rssi), beacon.pairing_open, beacon.paired, own)
        if own is not None:  # glasses turn their address over: the older one is the same pair
            self._seen = {address: kept for address, kept in self._seen.items() if kept[1].own != own}
        self._seen[device.address] = (self._steady_s(), found)
        self._say()

    def forget_gone(self) -> None:
        """Drop what was not heard for a while."""
        now_s = self._steady_s()
        self._seen = {address: kept for address, kept in self._seen.items() if now_s - kept[0] < FORGET_AFTER_S}
        self._say()

    def _say(self) -> None:
        present = [sighting for _, sighting in self._seen.values()]
        order = list(Nearness)
        present.sort(key=lambda one: (not one.pairing_open, one.own is None, order.index(one.nearness), one.address))
        if tuple(present) != self._told:
            self._told = tuple(present)
            self._tell(self._told)


def nearness(rssi_dbm: int) -> Nearness:
    """From the strength of one advertisement."""
    if rssi_dbm >= _NEAR_DBM:
        return Nearness.NEAR
    return Nearness.MIDDLE if rssi_dbm >= _MIDDLE_DBM else Nearness.FAR
