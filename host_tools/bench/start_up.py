"""From power to a phone that could find the glasses."""

from __future__ import annotations

import asyncio
import time

from host_tools.bench.rig import connected
from host_tools.bench.rows import Row

_UNTIL_S = 60.0


async def boot_to_advertising(profile: str, *, quick: bool) -> list[Row]:
    """Milliseconds from switching the board on to its first advertisement; the best of some. Paired glasses."""
    del profile  # no phone is near
    boots_ms: list[float] = []
    async with connected("instant") as rig:
        await rig.companion.disconnect()
        for _ in range(2 if quick else 5):
            await rig.simulator.board.kill()
            advertised = asyncio.Event()
            rig.simulator.world.at_call(1, advertised.set, lambda service, method: (service, method) == _ADVERTISE)
            begun = time.perf_counter()
            await rig.simulator.board.start()
            await asyncio.wait_for(advertised.wait(), _UNTIL_S)
            boots_ms.append((time.perf_counter() - begun) * 1000)
    return [Row("boot to advertising", round(min(boots_ms), 1), "ms")]


_ADVERTISE = ("ble", "gap_advertise")
