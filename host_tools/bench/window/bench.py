"""Start to the first frame, drawing and idling of the app's window, beside a bare Kivy window of the same run.

Processes take turns, bare and app, so that whatever else the machine does falls on both; the best of each counts.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path

from host_tools.bench.rows import Row, against
from host_tools.journey.plan import default_photo
from host_tools.window.display import virtual_display

_ROUNDS, _ROUNDS_QUICK = 5, 1
_SECONDS, _SECONDS_QUICK = 5.0, 2.0


async def window(profile: str, *, quick: bool) -> list[Row]:
    """`profile` is of no account: no radio takes part. Raises MissingTool without Xvfb."""
    del profile
    rounds, seconds = (_ROUNDS_QUICK, _SECONDS_QUICK) if quick else (_ROUNDS, _SECONDS)
    photograph = default_photo()
    found: dict[str, list[dict[str, float]]] = {"bare": [], "app": [], "drawing": []}
    with virtual_display():
        for _ in range(rounds):
            for role in ("bare", "app"):
                found[role].append(await _measured(role, seconds, photograph))
        found["drawing"].append(await _measured("drawing", seconds, photograph))
    bare, app = _best(found["bare"]), _best(found["app"])
    return [*_starts(bare, app), *_idles(bare, app), *_draws(found["drawing"][0])]


def _starts(bare: dict[str, float], app: dict[str, float]) -> list[Row]:
    rows: list[Row] = []
    for name, figure in (("start to first frame", "first_frame_ms"), ("processor until then", "first_frame_cpu_ms")):
        base = Row(f"{name}, bare window", round(bare[figure], 1), "ms", simulated=False)
        rows += [base, against(f"{name}, app", app[figure], "ms", base)]
    return rows


def _idles(bare: dict[str, float], app: dict[str, float]) -> list[Row]:
    base = Row("idle, bare window", round(bare["idle_percent"], 2), "% core", simulated=False)
    return [base, against("idle, app", app["idle_percent"], "% core", base)]


def _draws(figures: dict[str, float]) -> list[Row]:
    """The base is the window drawn as often with nothing new in it: without a graphics chip, that is most of it."""
    base = Row("the same window drawn 30 times a second", round(figures["same_percent"], 1), "% core", simulated=False)
    return [
        Row("VGA frames drawn, asked for 30", round(figures["drawn_per_s"], 2), "1/s", simulated=False),
        Row("processor of one VGA frame", round(figures["frame_cpu_ms"], 2), "ms", simulated=False),
        base,
        against("processor of 30 VGA frames a second", figures["drawing_percent"], "% core", base),
    ]


def _best(found: list[dict[str, float]]) -> dict[str, float]:
    return {figure: min(one[figure] for one in found) for figure in found[0]}


async def _measured(role: str, seconds: float, photograph: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        arguments = (role, folder, str(time.monotonic()), str(seconds), str(photograph))
        command = (sys.executable, "-m", "host_tools.bench.window.measured", *arguments)
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"the measured window ended with {process.returncode}")
    return json.loads(out)
