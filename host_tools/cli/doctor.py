"""`plainsight doctor`: what is missing on this computer and on a board, and what to do about it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, replace

from host_tools.cable.errors import CableError
from host_tools.cable.target import SIM, open_target
from host_tools.cli.parsing import Commands, add_command, flash_file
from host_tools.doctor import computer, usb
from host_tools.doctor.finding import COMPUTER, Finding
from host_tools.exits import Exit, UsageError

_EXAMPLES = """\
  plainsight doctor                          this computer, and which boards are plugged in
  plainsight doctor --target /dev/ttyACM0    that board too: its program is interrupted, and starts again
  plainsight doctor --target sim --json

"""
_CHECKS = (*computer.CHECKS, *usb.CHECKS)


def add_parser(commands: Commands) -> None:
    """Add `doctor` to the command line."""
    parser = add_command(
        commands,
        "doctor",
        summary="what is missing on this computer or board and what to do",
        description="Look for what the virtual glasses, the window, a real radio and a board need; with --target also "
        "at the board: chip, MicroPython, camera, memory, application, identity, crash log. Nothing is changed.",
        examples=_EXAMPLES,
        codes=(Exit.OK, Exit.USAGE, Exit.HOST, Exit.BOARD, Exit.INTERRUPTED),
    )
    parser.add_argument("--target", metavar="sim|PORT|SERIAL", help="look at this board as well")
    parser.add_argument(
        "--flash", type=flash_file, metavar="FILE", help="flash image of virtual glasses (--target sim)"
    )
    parser.add_argument("--json", action="store_true", help="print a JSON array")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the findings; the exit code says whether something needed is missing."""
    target: str | None = SIM if options.target is None and options.flash else options.target
    if options.flash and target != SIM:
        raise UsageError(f"--flash: the board on {target} has its own flash; --flash is for --target sim")
    findings: list[Finding] = []
    for finding in _found(target, options):
        findings.append(finding)
        if not options.json:
            print(finding if finding.place == COMPUTER else f"{finding}  [{finding.place}]", flush=True)
    if options.json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    failed = [finding for finding in findings if finding.fails]
    if any(finding.place == COMPUTER for finding in failed):
        return Exit.HOST
    return Exit.BOARD if failed else Exit.OK


def _found(target: str | None, options: argparse.Namespace) -> Iterator[Finding]:
    yield from (check() for check in _CHECKS)
    if target is not None:
        from host_tools.doctor.board import look, of_error

        try:
            with open_target(target, flash=options.flash) as opened:
                yield from look(opened)
        except CableError as error:  # none, or several
            yield replace(of_error("board", error), place="board")
