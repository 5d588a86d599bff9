"""`plainsight bench --target …`: what a board takes, beside the modelled figures that it replaces."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from host_tools.exits import Exit, UsageError

FOLDER = Path("build")


def run_on_board(options: argparse.Namespace) -> int:
    """Measure, print, and write the file that a board's owner can send; the exit code says whether a bench failed."""
    from host_tools.bench.on_board.benches import NAMES
    from host_tools.bench.on_board.figures import LeftOut
    from host_tools.bench.on_board.report import document, save, table
    from host_tools.bench.on_board.session import Wish, measure_board

    names: list[str] = [*options.names, *(options.only or [])] or list(NAMES)
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        raise UsageError(f"{unknown[0]}: there is no such bench of a board; choose from {', '.join(NAMES)}")
    if options.profile:
        raise UsageError("--profile: a board's radio has none; leave it out with --target")
    wish = Wish(options.target, names, options.quick, options.radio, options.folder)
    subject, outcomes = measure_board(wish, _tell)
    found = document(subject, outcomes, quick=options.quick)
    print(json.dumps(found, indent=2) if options.json else table(subject, outcomes))
    use = "simulated: it replaces nothing" if subject.simulated else "no serial number in it: send it with your figures"
    _tell(f"written: {save(FOLDER, found)} ({use})")
    failed = any(isinstance(each, LeftOut) and each.failed for each in outcomes)
    return Exit.FAILED if failed else Exit.OK


def _tell(line: str) -> None:
    """How far the run has come."""
    print(line, file=sys.stderr, flush=True)
