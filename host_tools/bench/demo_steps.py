"""Each step's share of the demo's time."""

from __future__ import annotations

from host_tools.bench.rows import Row
from host_tools.exits import Exit, LinkError
from host_tools.journey.consent import local_only
from host_tools.journey.journey import run_journey
from host_tools.journey.plan import Plan, default_photo


async def steps(profile: str, *, quick: bool) -> list[Row]:
    """The whole main job once; the ratio of each row is its share of the total."""
    del quick
    lines: list[str] = []
    report, exit_code = await run_journey(Plan(default_photo(), profile=profile), lines.append, local_only)
    if exit_code is not Exit.OK:
        raise LinkError("bench demo", str(report.reason))
    total = Row(f"demo, all steps, {profile}", round(sum(report.timings_ms.values()), 1), "ms")
    rows = [total]
    for name, spent_ms in report.timings_ms.items():
        rows.append(Row(f"demo, {name}, {profile}", spent_ms, "ms", total.name, round(spent_ms / total.value, 3)))
    return rows
