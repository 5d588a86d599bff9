"""From nothing to a picture: connect, TLS, capture and transfer, each after a session that was closed."""

from __future__ import annotations

import time

from host_tools.bench.rig import connected
from host_tools.bench.rows import Row


async def connect_to_first_frame(profile: str, *, quick: bool) -> list[Row]:
    """Milliseconds from asking for a connection to a session, and on to a picture in the gallery; the best of some."""
    connects_ms: list[float] = []
    pictures_ms: list[float] = []
    async with connected(profile) as rig:
        for _ in range(1 if quick else 3):
            await rig.companion.disconnect()
            begun = time.perf_counter()
            await rig.companion.connect()
            connects_ms.append((time.perf_counter() - begun) * 1000)
            await rig.companion.capture()
            pictures_ms.append((time.perf_counter() - begun) * 1000)
    return [
        Row(f"connect, {profile}", round(min(connects_ms), 1), "ms"),
        Row(f"connect to first picture, {profile}", round(min(pictures_ms), 1), "ms"),
    ]
