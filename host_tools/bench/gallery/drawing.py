"""The wall of pictures as it is scrolled: a frame at 10,000 pictures against one at 500, each in a window of its own.

Both windows scroll in turn, round after round, so that what else the computer does meets both.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from host_tools.bench.rows import Row, against
from host_tools.window.display import present, virtual_display

_LIMIT_MIB = 260.0
_LONGEST_S = 300.0  # of one window


async def drawing(sizes: dict[int, Path], rounds: int) -> list[Row]:
    """Rows for the galleries in `sizes` (count: folder), the first of which the others are compared with."""
    if present():
        return await _rows(sizes, rounds)
    with virtual_display():
        return await _rows(sizes, rounds)


async def _rows(sizes: dict[int, Path], rounds: int) -> list[Row]:
    found: dict[int, list[dict[str, float]]] = {count: [] for count in sizes}
    for _ in range(rounds):
        for count, folder in sizes.items():
            found[count].append(await _measure(folder))
    rows: list[Row] = []
    for name, figure, unit in (("frame while scrolling, p95", "p95_ms", "ms"), ("frame, median", "median_ms", "ms")):
        few, *more = sizes
        base = Row(f"gallery, {name}, {few}", round(_best(found[few], figure), 3), unit, simulated=False)
        rows += [
            base,
            *(against(f"gallery, {name}, {count}", _best(found[count], figure), unit, base) for count in more),
        ]
    limit = Row("gallery, memory there may be", _LIMIT_MIB, "MiB", simulated=False)
    peaks = [
        against(f"gallery, memory of the window, {n}", max(_all(found[n], "peak_mib")), "MiB", limit) for n in sizes
    ]
    return [*rows, limit, *peaks]


def _best(found: list[dict[str, float]], figure: str) -> float:
    """The quietest round: the others hold what else ran meanwhile."""
    return min(_all(found, figure))


def _all(found: list[dict[str, float]], figure: str) -> list[float]:
    return [one[figure] for one in found]


async def _measure(folder: Path) -> dict[str, float]:
    command = (sys.executable, "-m", "host_tools.bench.gallery.scrolled", str(folder))
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, env=dict(os.environ)
    )
    try:
        out, _ = await asyncio.wait_for(process.communicate(), _LONGEST_S)
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode:
        raise RuntimeError(f"the measured window ended with {process.returncode}")
    return json.loads(out.splitlines()[-1])
