"""Mutants that people thought of: each breaks one mechanism of a promise, and one test is named that must notice."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

TABLE = Path("tests/promises/mutants.toml")
_TIMEOUT_S = 300.0
_TESTS_FAILED = 1  # pytest's exit code; any other says that the tests did not run as they should


@dataclass(frozen=True)
class Mutant:
    """In `file` (from the root) the one occurrence of `find` becomes `replace`; `test` (pytest's id) must fail."""

    promise: int
    breaks: str
    file: str
    find: str
    replace: str
    test: str


class BadMutant(Exception):
    """The mutant does not fit the code any more: its text stands there `times` times, not once."""

    def __init__(self, mutant: Mutant, times: int) -> None:
        super().__init__(f"{mutant.file}: {mutant.find!r} stands there {times} times")
        self.mutant = mutant
        self.times = times


def load(root: Path, promise: int | None) -> list[Mutant]:
    """The mutants of one promise, or of all. Raises BadMutant where one does not fit the code."""
    rows = tomllib.loads((root / TABLE).read_text())["mutant"]
    mutants = [Mutant(**row) for row in rows if promise in (None, row["promise"])]
    for mutant in mutants:
        times = (root / mutant.file).read_text().count(mutant.find)
        if times != 1:
            raise BadMutant(mutant, times)
    return mutants


def notices(copy: Path, mutant: Mutant) -> bool:
    """Whether the test fails in this copy of the tree with the mutant in it; the copy is as before afterwards."""
    with _applied(copy / mutant.file, mutant):
        return _run(copy, mutant.test) == _TESTS_FAILED


def run(copies: Sequence[Path], promise: int | None) -> int:
    """Try every mutant, one in each copy at a time. Exit codes: 0 all noticed, 1 some survived, 2 a mutant is stale."""
    try:
        mutants = load(copies[0], promise)
    except BadMutant as error:
        sys.stderr.write(f"stale mutant: {error}\n")
        return 2
    free: SimpleQueue[Path] = SimpleQueue()
    for copy in copies:
        free.put(copy)

    def attempt(mutant: Mutant) -> bool:
        copy = free.get()
        try:
            return notices(copy, mutant)
        finally:
            free.put(copy)

    survivors: list[Mutant] = []
    with ThreadPoolExecutor(len(copies)) as pool:
        for mutant, noticed in zip(mutants, pool.map(attempt, mutants), strict=True):
            sys.stdout.write(f"promise {mutant.promise}  {'noticed ' if noticed else 'SURVIVED'}  {mutant.breaks}\n")
            sys.stdout.flush()
            if not noticed:
                survivors.append(mutant)
    sys.stdout.write(f"{len(mutants)} named mutants, {len(survivors)} survived\n")
    return 1 if survivors else 0


@contextmanager
def _applied(path: Path, mutant: Mutant) -> Generator[None]:
    sound = path.read_text()
    path.write_text(sound.replace(mutant.find, mutant.replace))
    try:
        yield
    finally:
        path.write_text(sound)


def _run(copy: Path, test: str) -> int:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", test]
    environment = {**os.environ, "PYTHONPATH": f"{copy}{os.pathsep}{copy / 'firmware'}", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, check=False, timeout=_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return _TESTS_FAILED
    return done.returncode
