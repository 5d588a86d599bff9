"""The firmware's heap over many captures: its peak, and whether it grows."""

from __future__ import annotations

from host_tools.bench.rig import Rig, connected
from host_tools.bench.rows import Row

_CAPTURES = 200
_QUICK_CAPTURES = 20
_SETTLED = 0.25  # the first quarter fills caches and is not growth


async def captures(profile: str, *, quick: bool) -> list[Row]:
    """Used heap after each of many captures (taken, fetched and deleted again), as the glasses themselves report it."""
    count = _QUICK_CAPTURES if quick else _CAPTURES
    async with connected(profile) as rig:
        total = float((await rig.companion.glasses.status()).heap_free)
        free = [await _one(rig) for _ in range(count)]
    settled = free[int(count * _SETTLED) :]
    half = len(settled) // 2
    growth = sum(settled[:half]) / half - sum(settled[half:]) / (len(settled) - half)
    return [
        Row(f"firmware heap free before, {profile}", total, "bytes"),
        Row(f"firmware heap free at worst over {count} captures, {profile}", min(free), "bytes"),
        Row(f"firmware heap growth, second half to first, {profile}", round(growth), "bytes"),
    ]


async def _one(rig: Rig) -> float:
    picture = await rig.companion.capture()
    await rig.companion.delete(picture)
    return float((await rig.companion.glasses.status()).heap_free)
