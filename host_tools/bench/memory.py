"""The firmware's heap over many captures: its peak, and whether what stays alive grows."""

from __future__ import annotations

from pathlib import Path

from host_tools.bench.rig import Rig, connected
from host_tools.bench.rows import Row, against
from host_tools.simulator.startup import HEAP_BYTES

_MAIN = Path(__file__).with_name("heap_main.py")
_CAPTURES = 200
_QUICK_CAPTURES = 20
_MARK = "heap "


async def captures(profile: str, *, quick: bool) -> list[Row]:
    """Live heap before and after many pictures (taken, fetched, deleted), and the peak during them."""
    del profile  # the radio's pace does not change what is allocated, and the fastest takes the least time
    count = _QUICK_CAPTURES if quick else _CAPTURES
    async with connected("instant", main=_MAIN) as rig:
        await _one(rig)  # the first picture fills caches; that is not growth
        first = await _live(rig)
        for _ in range(count):
            await _one(rig)
        last = await _live(rig)
        peak = max(int(line.split()[2]) for line in rig.simulator.board.log if line.startswith(_MARK))
    limit = Row("firmware heap there is", float(HEAP_BYTES), "bytes")
    return [
        limit,
        against(f"firmware heap peak over {count} pictures", float(peak), "bytes", limit),
        Row("firmware heap live after the first picture", float(first), "bytes"),
        Row(f"firmware heap growth over {count} pictures", float(last - first), "bytes"),
        Row("firmware heap growth for one picture", round((last - first) / count, 1), "bytes"),
    ]


async def _one(rig: Rig) -> None:
    await rig.companion.delete(await rig.companion.capture())


async def _live(rig: Rig) -> int:
    """What is alive when nothing is going on: the least of three further lines."""
    log = rig.simulator.board.log
    seen: list[int] = []
    for _ in range(3):
        line = await rig.simulator.board.wait_for_log(_MARK, after=len(log))
        seen.append(int(line.split()[1]))
    return min(seen)
