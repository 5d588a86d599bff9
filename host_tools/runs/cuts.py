"""Every persistent operation of the glasses under a flash that fails: littlefs on a simulated chip, in MicroPython.

For each operation: the power is cut at write 1, 2, 3 … until it completes, each time whole and torn; after a remount
the state must be old or new. Then pairs of cuts (the second in the boot that recovers), bits that turn over while the
power is off, blocks that can't be written (silently, or with an error), and no room. A seed makes a run the same again.
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

from host_tools.runs.cut_release import write_release
from host_tools.runs.worker import result_of
from host_tools.simulator.paths import FIRMWARE

_HERE = Path(__file__).parent / "on_micropython"
_MAIN = _HERE / "cut_main.py"
_TIMEOUT_S = 3600.0
_COLUMNS = (("writes", "writes"), ("cuts", "cuts"), ("torn", "torn"), ("double cuts", "double"), ("flips", "flips"))
_WORDS = ("bad blocks", "full")


@dataclass(frozen=True)
class Effort:
    """How many to try for each operation at most; `cuts`: of its writes, spread evenly over them."""

    cuts: int
    doubles: int
    flips: int
    bad_blocks: int


FULL = Effort(cuts=1_000_000, doubles=200, flips=300, bad_blocks=64)
SLICE = Effort(cuts=20, doubles=4, flips=10, bad_blocks=2)


@dataclass(frozen=True)
class Outcome:
    """What became of one operation; `failures` are texts that say what to run again."""

    name: str
    counts: dict[str, int]
    failures: tuple[str, ...]

    @property
    def cuts(self) -> int:
        """Power cuts of all kinds that were tried."""
        return sum(self.counts.get(kind, 0) for kind in ("cuts", "torn", "double cuts"))


async def names() -> list[str]:
    """The operations. Raises WorkerBroke."""
    with tempfile.TemporaryDirectory(prefix="plainsight-cuts-") as folder:
        found: list[str] = json.loads(await _micropython(_release_in(folder), "names"))
        return found


async def run(
    effort: Effort, seed: int, only: Sequence[str], tell: Callable[[Outcome], None] = lambda _outcome: None
) -> list[Outcome]:
    """The operations in `only`, as many at a time as there are processors; `tell` hears of each. Raises WorkerBroke."""
    turns = asyncio.Semaphore(os.cpu_count() or 1)
    numbers = [str(number) for number in (seed, effort.cuts, effort.doubles, effort.flips, effort.bad_blocks)]

    async def one(name: str, release: Path) -> Outcome:
        async with turns:
            answer = json.loads(await _micropython(release, name, *numbers))
        outcome = Outcome(answer["name"], answer["counts"], tuple(answer["failures"]))
        tell(outcome)
        return outcome

    with tempfile.TemporaryDirectory(prefix="plainsight-cuts-") as folder:
        release = _release_in(folder)
        return await asyncio.gather(*[one(name, release) for name in only])


def table(outcomes: Sequence[Outcome], seed: int) -> str:
    """Counts by operation, and their sums."""
    lines = [
        f"simulated: littlefs on a chip in memory, seed {seed}",
        f"{'operation':<36}" + "".join(f"{short:>8}" for _, short in _COLUMNS) + f"{'failed':>8}  left",
    ]
    for outcome in outcomes:
        numbers = "".join(f"{outcome.counts.get(name, 0):>8}" for name, _ in _COLUMNS)
        lines.append(f"{outcome.name:<36}{numbers}{outcome.counts.get('failures', 0):>8}  {_left(outcome)}")
    cuts = sum(outcome.cuts for outcome in outcomes)
    others = ", ".join(f"{sum(o.counts.get(word, 0) for o in outcomes)} × {word}" for word in _WORDS)
    flips = sum(outcome.counts.get("flips", 0) for outcome in outcomes)
    failed = sum(outcome.counts.get("failures", 0) for outcome in outcomes)
    lines.append(f"{cuts} power cuts, {flips} bits turned over, {others}: {failed} failures")
    lines += [failure for outcome in outcomes for failure in outcome.failures]
    return "\n".join(lines)


def _left(outcome: Outcome) -> str:
    """What the cuts left, and what became of the bits that turned over."""
    known = {name for name, _ in _COLUMNS} | {"failures", *_WORDS, *(f"{word} refused" for word in _WORDS)}
    rest = sorted((name, count) for name, count in outcome.counts.items() if name not in known)
    return ", ".join(f"{count} {name}" for name, count in rest)


def _release_in(folder: str) -> Path:
    release = Path(folder) / "release.json"
    write_release(release)
    return release


async def _micropython(release: Path, *arguments: str) -> str:
    """What it prints as its result."""
    path = os.pathsep.join((str(FIRMWARE), str(_HERE), ".frozen"))
    interpreter = str(Path(sys.executable).with_name("micropython"))
    command = (interpreter, "-X", "heapsize=24M", str(_MAIN), *arguments)
    environment = {"MICROPYPATH": path, "PLAINSIGHT_RELEASE": str(release)}
    return await result_of(arguments[0], command, environment, _TIMEOUT_S)
