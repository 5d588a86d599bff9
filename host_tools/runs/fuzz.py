"""Every parser that faces bytes from outside, fed with input that is valid and then spoilt.

The parsers of the glasses run in MicroPython, whose json and struct differ from CPython's exactly where input is bad,
and in CPython, where the branches that were reached can be counted. The app's run in CPython.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from host_tools.runs.fuzz_worker import parsers
from host_tools.runs.mutate import SHARED
from host_tools.runs.worker import result_of
from host_tools.simulator.paths import FIRMWARE, REPOSITORY

_TIMEOUT_S = 7200.0
_MEMORY = Path("/dev/shm")  # noqa: S108 - files that live as long as the run, and a disk would only slow it
# Of a million, in thousands: what is slow to feed gets less. The others share the rest.
_SHARE = {
    "frames to the glasses": (90, 60),
    "requests": (70, 60),
    "knock": (10, 20),
    "settings file": (30, 40),
    "crash log and clock": (20, 40),
    "phones and codes": (20, 40),
    "journal files": (4, 4),
    "store's index": (30, 40),
    "slot record": (50, 50),
    "release": (60, 50),
    "answers": (80, 0),
    "events": (80, 0),
    "frames to the phone": (70, 0),
    "credits and beacons": (80, 0),
    "setup codes and phrases": (20, 0),
    "sealed media": (20, 0),
    "journal lines": (4, 0),
}
NAMES = tuple(_SHARE)


@dataclass(frozen=True)
class Fed:
    """What one parser did with its inputs in one interpreter."""

    name: str
    interpreter: str
    inputs: int
    understood: int
    crashed: int
    crashes: tuple[str, ...]
    branches: int
    reached: int


async def run(
    thousand: int, seed: int, only: Sequence[str] = NAMES, tell: Callable[[Fed], None] = lambda _fed: None
) -> list[Fed]:
    """Feed the parsers; `thousand`: how many inputs stand for each thousand of the table (1000: all)."""
    turns = asyncio.Semaphore(os.cpu_count() or 1)

    async def one(name: str, interpreter: str, share: int, folder: str) -> Fed:
        async with turns:
            fed = await _feed(name, interpreter, seed, max(1, share * thousand), folder)
        tell(fed)
        return fed

    with tempfile.TemporaryDirectory(prefix="plainsight-fuzz-", dir=_memory()) as folder:
        jobs = [
            one(name, interpreter, share, f"{folder}/{number}-{interpreter}")
            for number, name in enumerate(only)
            for interpreter, share in zip(("cpython", "micropython"), _SHARE[name], strict=True)
            if share
        ]
        return await asyncio.gather(*jobs)


def table(fed: Sequence[Fed], seed: int) -> str:
    """Counts by parser, and the crashes with their seeds."""
    lines = [
        f"simulated: parsers in this computer's interpreters, seed {seed}",
        f"{'parser':<26}{'interpreter':<13}{'inputs':>9}{'understood':>12}{'crashed':>9}  branches reached",
    ]
    for one in fed:
        reached = f"  {one.reached} of {one.branches}" if one.branches else ""
        lines.append(f"{one.name:<26}{one.interpreter:<13}{one.inputs:>9}{one.understood:>12}{one.crashed:>9}{reached}")
    reached, branches = sum(one.reached for one in fed), sum(one.branches for one in fed)
    lines.append(
        f"{sum(one.inputs for one in fed)} inputs, {reached} of {branches} branches reached, "
        f"{sum(one.crashed for one in fed)} crashes"
    )
    lines += [f"{one.name}, {one.interpreter}, {crash}" for one in fed for crash in one.crashes]
    return "\n".join(lines)


def _memory() -> Path | None:
    """Where files are no burden to a disk."""
    return _MEMORY if _MEMORY.is_dir() else None


async def _feed(name: str, interpreter: str, seed: int, count: int, folder: str) -> Fed:
    os.mkdir(folder)
    if interpreter == "micropython":
        micropython = str(Path(sys.executable).with_name("micropython"))
        command = (micropython, "-X", "heapsize=16M", str(SHARED / "fuzz_main.py"))
        environment = {"MICROPYPATH": os.pathsep.join((str(FIRMWARE), str(SHARED), ".frozen"))}
    else:
        command = (sys.executable, "-m", "host_tools.runs.fuzz_worker")
        path = os.pathsep.join((str(REPOSITORY), str(FIRMWARE)))
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    counts = await result_of(
        f"{name}, {interpreter}", (*command, name, str(seed), str(count), folder), environment, _TIMEOUT_S
    )
    return _fed(name, interpreter, json.loads(counts))


def _fed(name: str, interpreter: str, counts: dict[str, int | list[str]]) -> Fed:
    def number(field: str) -> int:
        value = counts.get(field, 0)
        assert isinstance(value, int)
        return value

    crashes = counts["crashes"]
    assert isinstance(crashes, list)
    return Fed(
        name,
        interpreter,
        number("inputs"),
        number("understood"),
        number("crashed"),
        tuple(crashes),
        number("branches"),
        number("reached"),
    )


def all_named() -> bool:
    """Every parser has its share."""
    return set(parsers()) == set(NAMES)
