"""A gallery of 10,000 pictures against one of 500, in one run: opened after unlocking, searched, scrolled, weighed."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path

from host_tools.bench.gallery.drawing import drawing
from host_tools.bench.gallery.filled import fill
from host_tools.bench.rows import Row, against

FEW, MANY = 500, 10_000
_MANY_QUICK = 2_000
_ROUNDS = 3
_WHAT = (
    ("unlock to gallery", "open_ms", "ms"),
    ("first search", "first_search_ms", "ms"),
    ("search, p95", "search_p95_ms", "ms"),
    ("small picture opened, p95", "thumb_p95_ms", "ms"),
    ("memory added", "added_mib", "MiB"),
)


async def gallery(profile: str, *, quick: bool) -> list[Row]:
    """`profile` is of no account: no radio takes part. Each figure is the best of some processes, each a fresh one."""
    del profile
    many = _MANY_QUICK if quick else MANY
    with tempfile.TemporaryDirectory() as folder:
        sizes = {count: Path(folder) / str(count) for count in (FEW, many)}
        for count, place in sizes.items():
            await asyncio.to_thread(fill, place, count)
        rounds = 1 if quick else _ROUNDS
        best = {count: await _best(place, rounds) for count, place in sizes.items()}
        drawn = await drawing(sizes, rounds)
    rows: list[Row] = []
    for name, figure, unit in _WHAT:
        few = Row(f"gallery, {name}, {FEW}", round(best[FEW][figure], 3), unit, simulated=False)
        rows += [few, against(f"gallery, {name}, {many}", best[many][figure], unit, few)]
    return [*rows, *drawn]


async def _best(folder: Path, rounds: int) -> dict[str, float]:
    found = [await _measure(folder) for _ in range(rounds)]
    return {figure: min(one[figure] for one in found) for figure in found[0]}


async def _measure(folder: Path) -> dict[str, float]:
    command = (sys.executable, "-m", "host_tools.bench.gallery.opened", str(folder))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"the measured process ended with {process.returncode}")
    return json.loads(out)
