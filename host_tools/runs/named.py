"""The long runs by name, each with a report and a verdict. What a run needs is imported when it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

RUNS = ("cuts", "fuzz", "day")
_FUZZ_QUICK, _FUZZ_ALL = 10, 1000  # of each thousand of the table's inputs

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Report:
    """Counts in words, with what to run again; `sound`: nothing was found."""

    text: str
    sound: bool


async def perform(name: str, seed: int, *, quick: bool, tell: Tell) -> Report:
    """One of RUNS; `quick`: a slice of it. Raises KeyError for another name."""
    run = {"cuts": _cuts, "fuzz": _fuzz, "day": _day}[name]
    return await run(seed, quick, tell)


async def _cuts(seed: int, quick: bool, tell: Tell) -> Report:
    from host_tools.runs import cuts

    outcomes = await cuts.run(
        cuts.SLICE if quick else cuts.FULL,
        seed,
        await cuts.names(),
        lambda outcome: tell(f"{outcome.name}: {outcome.cuts} cuts, {outcome.counts.get('failures', 0)} failures"),
    )
    return Report(cuts.table(outcomes, seed), not any(outcome.failures for outcome in outcomes))


async def _fuzz(seed: int, quick: bool, tell: Tell) -> Report:
    from host_tools.runs import fuzz

    fed = await fuzz.run(
        _FUZZ_QUICK if quick else _FUZZ_ALL,
        seed,
        tell=lambda one: tell(f"{one.name}, {one.interpreter}: {one.inputs} inputs, {one.crashed} crashes"),
    )
    return Report(fuzz.table(fed, seed), not any(one.crashed for one in fed))


async def _day(seed: int, quick: bool, tell: Tell) -> Report:
    from host_tools.runs import day

    outcome = await day.run(day.SLICE if quick else day.DAY, seed, tell)
    return Report(outcome.text(), outcome.sound)
