"""`make mutants`: a run over the homes of the promises in copies of the tree, with a list of the survivors."""

from __future__ import annotations

import argparse
import os
import random
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from cosmic_ray.commands.init import init
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkItem, WorkResult

from host_tools.mutants import named
from host_tools.mutants.homes import HOMES, Home

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "mutants"
_TIMEOUT_S = 90.0
_EXAMPLES = """examples:
  make mutants
  python -m host_tools.mutants --promise 1 --all
  python -m host_tools.mutants --home journal --sample 200 --seed 7
  python -m host_tools.mutants --named --promise 5"""


def copy_tree(target: Path) -> Path:
    """A copy of what git knows or would know, so that no mutation ever touches the working tree."""
    shutil.rmtree(target, ignore_errors=True)
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    for name in filter(None, listing.stdout.split("\0")):
        source = ROOT / name
        if source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
    return target


def enter_copy(names: Sequence[Path], taken: object) -> None:
    """Give each worker process a copy of its own and make its imports come from there."""
    with taken.get_lock():  # type: ignore[attr-defined]
        copy = names[taken.value]  # type: ignore[attr-defined]
        taken.value += 1  # type: ignore[attr-defined]
    os.chdir(copy)
    os.environ["PYTHONPATH"] = f"{copy}{os.pathsep}{copy / 'firmware'}"


def command(home: Home) -> str:
    """The test command of a home: quick tests only, stop at the first failure."""
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
        "-m",
        "not simulated",
    ]
    return shlex.join([*words, *home.tests])


def run_one(item: WorkItem, test_command: str) -> WorkResult:
    """Apply one mutation in this worker's copy, run the tests, restore the file."""
    return mutate_and_test(item.mutations, test_command, _TIMEOUT_S)


def work_of(home: Home, sample: int | None, seed: int) -> list[WorkItem]:
    """The mutations of a home, in an order that the seed gives, cut to the sample."""
    database = BUILD / f"{Path(home.path).stem}.sqlite"
    database.unlink(missing_ok=True)
    with use_db(str(database), WorkDB.Mode.create) as session:
        init([Path(home.path)], session, {})
        items = sorted(
            session.work_items, key=lambda item: (item.mutations[0].operator_name, item.mutations[0].occurrence)
        )
    random.Random(seed).shuffle(items)
    return items if sample is None else items[:sample]


def chosen(arguments: argparse.Namespace) -> list[Home]:
    """The homes that the arguments name."""
    homes = [home for home in HOMES if arguments.promise in (None, home.promise)]
    return [home for home in homes if arguments.home is None or Path(home.path).stem == arguments.home]


def sweep(home: Home, pool: ProcessPoolExecutor, sample: int | None, seed: int) -> tuple[int, list[str]]:
    """Number of mutations that were tried, and the diffs of those that survived."""
    items = work_of(home, sample, seed)
    results = pool.map(run_one, items, [command(home)] * len(items))
    done = [result for result in results if result.test_outcome is not None]
    return len(done), [result.diff or "" for result in done if result.test_outcome == TestOutcome.SURVIVED]


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 the run ended (survivors are listed), 1 the tests fail without any mutation, 2 nothing chosen."""
    import multiprocessing

    parser = argparse.ArgumentParser(
        prog="python -m host_tools.mutants",
        description=__doc__,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--promise", type=int, choices=range(1, 7), help="only the homes of this promise")
    parser.add_argument("--home", help="only this file, by its name without .py")
    parser.add_argument("--sample", type=int, default=40, help="mutations tried per home (default 40)")
    parser.add_argument("--all", action="store_true", help="try every mutation")
    parser.add_argument("--seed", type=int, default=1, help="order of the sample (default 1)")
    parser.add_argument("--workers", type=int, default=2, help="test runs at a time (default 2)")
    parser.add_argument("--named", action="store_true", help="try the mutants of tests/promises/mutants.toml instead")
    options = parser.parse_args(arguments)
    if options.named:
        return named.run([copy_tree(BUILD / f"named{number}") for number in range(options.workers)], options.promise)
    homes = chosen(options)
    if not homes:
        sys.stderr.write(
            f"no home is called {options.home}; homes: {', '.join(Path(home.path).stem for home in HOMES)}\n"
        )
        return 2
    BUILD.mkdir(parents=True, exist_ok=True)
    copies = [copy_tree(BUILD / f"copy{number}") for number in range(options.workers)]
    os.chdir(copies[0])
    for tests in dict.fromkeys(command(home) for home in homes):
        baseline = subprocess.run(shlex.split(tests), capture_output=True, text=True, check=False)
        if baseline.returncode != 0:
            sys.stderr.write(f"the tests fail without any mutation:\n{tests}\n{baseline.stdout[-2000:]}\n")
            return 1
    taken = multiprocessing.Value("i", 0)
    survivors: list[str] = []
    with ProcessPoolExecutor(options.workers, initializer=enter_copy, initargs=(copies, taken)) as pool:
        for home in homes:
            tried, alive = sweep(home, pool, None if options.all else options.sample, options.seed)
            survivors += [f"promise {home.promise}: {home.path}\n{diff}\n" for diff in alive]
            print(f"promise {home.promise}  {home.path}: {tried} mutations tried, {len(alive)} survived", flush=True)
    report = BUILD / "survivors.txt"
    report.write_text("\n".join(survivors))
    print(f"seed {options.seed}; survivors: {len(survivors)}, listed in {report.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
