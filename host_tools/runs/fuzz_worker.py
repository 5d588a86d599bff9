"""argv: parser, seed, count, folder. Feeds one parser in CPython under branch coverage; prints RESULT and JSON."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import coverage

from host_tools.runs import app_parsers
from host_tools.runs.mutate import shared_module
from host_tools.simulator.paths import FIRMWARE, REPOSITORY


def parsers() -> dict[str, Any]:
    """All parsers, those of the glasses first."""
    return {**shared_module("parsers").PARSERS, **app_parsers.PARSERS}


def sources(code: tuple[str, ...]) -> list[Path]:
    """The files that a parser names."""
    return [REPOSITORY / path if (REPOSITORY / path).exists() else FIRMWARE / path for path in code]


def main(name: str, seed: str, count: str, folder: str) -> None:
    """Feed, and say which branches were reached."""
    # Nothing here has to survive this computer's power.
    os.fsync = lambda _fd: None
    kind = parsers()[name]
    files = [str(path) for path in sources(kind.code)]
    measured = coverage.Coverage(branch=True, include=files, data_file=None)
    measured.start()
    counts = shared_module("fuzzing").feed(kind(folder), int(seed), int(count))
    measured.stop()
    counts["branches"], counts["reached"] = _branches(measured, Path(folder))
    sys.stdout.write("RESULT " + json.dumps(counts) + "\n")


def _branches(measured: coverage.Coverage, folder: Path) -> tuple[int, int]:
    """How many branches there are in the files that were measured, and how many were taken."""
    report = folder / "coverage.json"
    measured.json_report(outfile=str(report))
    totals = json.loads(report.read_text())["totals"]
    return totals["num_branches"], totals["covered_branches"]


if __name__ == "__main__":
    main(*sys.argv[1:])
