"""One photograph from the request to the stored item, split where the board touches the world."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise

from host_tools.bench.rig import Rig, connected
from host_tools.bench.rows import Row, against

# (service, method) of the board's call that ends a step, and what the step is.
_ENDS = (
    (("pwm", "modulate"), "request to light"),
    (("camera", "open"), "light proven"),
    (("camera", "close"), "sensor opened, settled, exposed, sealed"),
)
_LAST = "evidence weighed, recorded, stored, told"


async def request_to_stored(profile: str, *, quick: bool) -> list[Row]:
    """Milliseconds of each step, the best of some pictures, and their parts of the whole."""
    taken: list[list[float]] = []
    async with connected(profile) as rig:
        for _ in range(2 if quick else 8):
            taken.append(await _one(rig))
    best = [min(times) for times in zip(*taken, strict=True)]
    whole = Row(f"photograph, request to stored, {profile}", round(min(sum(times) for times in taken), 1), "ms")
    names = [name for _, name in _ENDS] + [_LAST]
    return [whole, *(against(name, time_ms, "ms", whole) for name, time_ms in zip(names, best, strict=True))]


async def _one(rig: Rig) -> list[float]:
    """Milliseconds of the steps of one photograph."""
    moments: list[float] = [time.perf_counter()]
    for call, _ in _ENDS:
        rig.simulator.world.at_call(1, lambda: moments.append(time.perf_counter()), _is(call))
    await rig.companion.glasses.capture()
    moments.append(time.perf_counter())
    return [(end - begin) * 1000 for begin, end in pairwise(moments)]


def _is(call: tuple[str, str]) -> Callable[[str, str], bool]:
    return lambda service, method: (service, method) == call
