"""The long runs on the command line: what they print, and how they end."""

from __future__ import annotations

import pytest

from host_tools.cli import bench
from host_tools.cli.main import main
from host_tools.exits import Exit
from host_tools.runs import cuts, day, fuzz, named
from host_tools.runs.day_accounts import Accounts


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> dict[str, named.Report]:
    """What each run will say; a report that is missing is not asked for."""
    said: dict[str, named.Report] = {}

    async def perform(name: str, seed: int, *, quick: bool, tell: named.Tell) -> named.Report:
        tell(f"{seed} {quick}")
        return said[name]

    monkeypatch.setattr(named, "perform", perform)
    return said


def test_a_run_that_finds_nothing_ends_well_and_prints_its_counts(
    reports: dict[str, named.Report], capsys: pytest.CaptureFixture[str]
) -> None:
    reports["cuts"] = named.Report("17 power cuts", sound=True)
    assert main(["bench", "cuts", "--seed", "7", "--quick"]) == Exit.OK
    out, err = capsys.readouterr()
    assert out == "17 power cuts\n"
    assert "seed 7" in err
    assert "7 True" in err


def test_one_that_finds_something_fails_and_the_others_still_run(
    reports: dict[str, named.Report], capsys: pytest.CaptureFixture[str]
) -> None:
    reports["fuzz"] = named.Report("1 crash", sound=False)
    reports["day"] = named.Report("a day", sound=True)
    assert main(["bench", "fuzz", "day"]) == Exit.FAILED
    assert capsys.readouterr().out == "1 crash\na day\n"


def test_runs_are_not_benches_and_print_no_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert not set(named.RUNS) & set(bench.NAMES)
    assert main(["bench", "day", "--json"]) == Exit.USAGE
    assert main(["bench", "night"]) == Exit.USAGE
    assert "day" in capsys.readouterr().err


def test_the_tables_name_seeds_sums_and_what_failed() -> None:
    outcome = cuts.Outcome("journal: append", {"cuts": 11, "torn": 11, "old": 22, "failures": 1}, ("journal: bad",))
    text = cuts.table([outcome], 7)
    assert "seed 7" in text
    assert "22 power cuts" in text
    assert text.endswith("journal: bad")
    fed = fuzz.Fed("knock", "cpython", 100, 60, 1, ("seed 9: KeyError",), 20, 15)
    text = fuzz.table([fed], 7)
    assert "100 inputs, 15 of 20 branches reached, 1 crashes" in text
    assert text.endswith("knock, cpython, seed 9: KeyError")


@pytest.mark.parametrize(
    "wrong",
    [
        {"journal": "edited at 3"},
        {"exposures_in_dark": 1},
        {"accounts": Accounts(gaps=["item 3 is nowhere"])},
        {"heap": (600_000, 650_000), "heap_samples": 100},
    ],
)
def test_a_day_is_sound_only_if_all_of_it_is(wrong: dict[str, object]) -> None:
    good = {"journal": "intact", "heap": (600_000, 604_000), "heap_samples": 100}
    assert day.Outcome(7, **good).sound  # pyright: ignore[reportArgumentType]
    bad = day.Outcome(7, **{**good, **wrong})  # pyright: ignore[reportArgumentType]
    assert not bad.sound
    assert "simulated" in bad.text()
