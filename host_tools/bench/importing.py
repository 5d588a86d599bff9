"""Pictures that waited on the glasses, brought to the gallery, against raw notifications."""

from __future__ import annotations

import asyncio
import time

from host_tools.bench.baseline.raw_notify import raw_notifications
from host_tools.bench.rig import Rig, connected
from host_tools.bench.rows import Row, against
from host_tools.journey.button import LET_GO_S, TAP_MS

_KB = 1000.0
_RAW_BYTES = {"instant": 2_000_000, "phone_30ms": 300_000, "pc_15ms_2M": 900_000}
_UNTIL_S = 30.0
_ROUNDS = 2


async def waiting_pictures(profile: str, *, quick: bool) -> list[Row]:
    """Sealed bytes a second in transfer, and through the whole round: thumbnails, opening, confirming, storing."""
    size = _RAW_BYTES.get(profile, min(_RAW_BYTES.values()))
    async with raw_notifications(profile) as baseline, connected(profile) as rig:
        raw = max([await baseline.measure(size) for _ in range(_ROUNDS)])
        await rig.companion.disconnect()
        count = 2 if quick else 6
        for _ in range(count):
            await _press(rig)
        begun_bytes = rig.companion.link_info()["bytes_received"]
        await rig.companion.connect()
        begun = time.perf_counter()
        await rig.companion.sync()
        seconds = time.perf_counter() - begun
        info = rig.companion.link_info()
    ceiling = Row(f"raw notifications, {profile}", round(raw / _KB, 2), "kB/s")
    rate = info["goodput_bytes_per_s"] / _KB
    whole = (info["bytes_received"] - begun_bytes) / seconds / _KB
    return [
        ceiling,
        against(f"import, in transfer, {profile}", rate, "kB/s", ceiling),
        against(f"import, whole round of {count} pictures, {profile}", whole, "kB/s", ceiling),
    ]


async def _press(rig: Rig) -> None:
    """One photograph by the button, with nobody to fetch it."""
    taken = asyncio.Event()
    rig.simulator.world.at_call(1, taken.set, lambda service, method: (service, method) == ("camera", "close"))
    rig.simulator.world.button.tap(TAP_MS)
    await asyncio.wait_for(taken.wait(), _UNTIL_S)
    await asyncio.sleep(LET_GO_S)
