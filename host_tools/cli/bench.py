"""`plainsight bench`: speed and memory, as ratios within one run."""

from __future__ import annotations

import argparse
import json
import secrets
import sys

from host_tools.bench.rows import Row, table
from host_tools.cli.bench_on_board import run_on_board
from host_tools.cli.parsing import Commands, add_command, folder_to_fill
from host_tools.cli.run import run_async
from host_tools.exits import Exit, UsageError
from host_tools.runs.named import RUNS
from host_tools.simulator.radio.profiles import PROFILES

NAMES = (
    *("goodput", "upload", "openglass", "resume", "import", "capture", "boot", "memory", "first-frame", "live", "demo"),
    *("power", "seal", "signatures", "keyword", "redaction", "gallery", "window", "share"),
)

_EXAMPLES = """\
  plainsight bench --only goodput --quick
  plainsight bench power           what pictures and states cost; MODELLED from datasheets, measured on no board
  plainsight bench keyword         what listening takes: here measured, on the board MODELLED, cycle by cycle
  plainsight bench redaction       speed against its own models, what is left to read, memory: measured here
  plainsight bench share           from "share" to the first byte that leaves, to a program on this computer
  plainsight bench --json > rows.json
  plainsight bench cuts fuzz day   long runs: power cuts at every write, a million inputs, 24 hours; --quick: a slice
  plainsight bench --target /dev/ttyACM0                  a board's own figures beside the modelled ones: measured
  plainsight bench --target /dev/ttyACM0 --radio system   with this computer's Bluetooth and its paired app, too
  plainsight bench --target sim --quick flash handshake   the same benches on the virtual board: simulated

Without --target every other row is simulated: the radio is paced in software, the processor is this computer's. The
ratios compare two things of the same run; absolute figures say nothing about a board.

"""


def add_parser(commands: Commands) -> None:
    """Add `bench` to the command line."""
    parser = add_command(
        commands,
        "bench",
        summary="measure speed and memory of the simulated system, or of a board",
        description="Measure goodput against raw notifications, resumption, memory, and the time of each step; with "
        "--target what a board itself takes, each figure beside the modelled or documented one that it replaces.",
        examples=_EXAMPLES,
        codes=(Exit.OK, Exit.FAILED, Exit.USAGE, Exit.LINK, Exit.BOARD, Exit.INTERRUPTED),
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="the same as --only NAME")
    parser.add_argument(
        "--only",
        action="append",
        metavar="NAME",
        help=f"one of {', '.join((*NAMES, *RUNS))}; "
        "with --target of the board's own (docs/measuring.md; a wrong name lists them)",
    )
    parser.add_argument(
        "--profile", action="append", metavar="NAME", help="one radio profile (repeatable; default: all)"
    )
    parser.add_argument("--quick", action="store_true", help="fewer bytes and captures; the figures scatter more")
    parser.add_argument("--seed", type=int, help=f"of {', '.join(RUNS)} (default: a new one, which is printed)")
    parser.add_argument("--json", action="store_true", help="print a JSON array of rows; with --target an object")
    parser.add_argument(
        "--target", metavar="sim|PORT|SERIAL", help="measure a board: the virtual one, a port, or a USB serial number"
    )
    parser.add_argument(
        "--radio", choices=("none", "system"), default="none", help="of a real board: whether a phone takes part"
    )
    parser.add_argument("--folder", type=folder_to_fill, metavar="FOLDER", help="the app's, which is paired with it")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the chosen benches and print their rows."""
    if options.target is not None:
        return run_on_board(options)
    if options.radio != "none" or options.folder is not None:
        raise UsageError("--radio and --folder are of a board: name it with --target")
    names: list[str] = [*options.names, *(options.only or [])] or list(NAMES)
    unknown = [name for name in names if name not in (*NAMES, *RUNS)]
    if unknown:
        raise UsageError(f"--only {unknown[0]}: there is no such bench; choose from {', '.join((*NAMES, *RUNS))}")
    if options.json and any(name in RUNS for name in names):
        raise UsageError(f"--json: {', '.join(RUNS)} print text")
    profiles: list[str] = options.profile or list(PROFILES)
    unknown = [name for name in profiles if name not in PROFILES]
    if unknown:
        raise UsageError(f"--profile {unknown[0]}: there is no such profile; choose from {', '.join(PROFILES)}")
    return run_async(_run(names, profiles, options))


async def _run(names: list[str], profiles: list[str], options: argparse.Namespace) -> int:
    from host_tools.bench.benches import measure

    rows: list[Row] = []
    for name in (name for name in names if name in NAMES):
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        rows += await measure(name, profiles, quick=options.quick)
    if rows:
        print(json.dumps([row.as_json() for row in rows], indent=2) if options.json else table(rows))
    return await _run_long([name for name in names if name in RUNS], options)


async def _run_long(names: list[str], options: argparse.Namespace) -> int:
    """The runs that end with counts and a verdict."""
    from host_tools.runs.named import perform

    seed = options.seed if options.seed is not None else secrets.randbits(30)
    sound = True
    for name in names:
        print(f"running {name}, seed {seed} …", file=sys.stderr, flush=True)
        report = await perform(name, seed, quick=options.quick, tell=_tell)
        print(report.text)
        sound = sound and report.sound
    return Exit.OK if sound else Exit.FAILED


def _tell(line: str) -> None:
    """How far a run has come."""
    print(line, file=sys.stderr, flush=True)
