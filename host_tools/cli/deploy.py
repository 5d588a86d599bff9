"""`plainsight deploy`: the application onto a board that runs MicroPython; only what changed, and verified there."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from host_tools.cable.target import SIM, add_target_option, open_target
from host_tools.cli.output import Tenths, add_json_option
from host_tools.cli.parsing import Commands, add_command, flash_file
from host_tools.cli.terminal import say
from host_tools.exits import Exit, UsageError

if TYPE_CHECKING:
    from host_tools.deploying import Deployed

_CODES = (Exit.OK, Exit.FAILED, Exit.USAGE, Exit.HOST, Exit.BOARD, Exit.KEYWORD, Exit.INTERRUPTED)
_EXAMPLES = """\
  plainsight deploy                                 the only board that is plugged in
  plainsight deploy --target /dev/ttyACM0 --dry-run   says what it would send, and changes nothing
  plainsight deploy --keyword hello.kwm             listens for an own phrase (`plainsight keyword train`)
  plainsight deploy --source                        .py files: tracebacks show lines, and any MicroPython takes them
  plainsight deploy --target sim --flash build/board.img    onto the virtual board's flash (simulated)

What runs stays as it is until the new application lies beside it whole, was read back and could be imported; then one
small record is replaced. Interrupted anywhere, the same command goes on. Pictures, keys and settings stay.
Locked glasses take nothing over the cable; `plainsight update` brings them signed releases.

"""


def add_parser(commands: Commands) -> None:
    """Add `deploy` to the command line."""
    parser = add_command(
        commands,
        "deploy",
        summary="bring the application to a board over its cable",
        description="Compile the firmware for the board, send what it does not have yet, verify every file by the hash "
        "that the board computes, try an import, switch, and wait until the application says that it runs.",
        examples=_EXAMPLES,
        codes=_CODES,
    )
    add_target_option(parser)
    parser.add_argument("--flash", type=flash_file, metavar="FILE", help="the virtual board's flash (--target sim)")
    parser.add_argument("--firmware", type=Path, metavar="DIR", help="default: this repository's")
    parser.add_argument("--source", action="store_true", help="send .py files instead of compiled ones")
    parser.add_argument(
        "--keyword", type=Path, metavar="FILE", help="a model of own words in the place of the one that ships"
    )
    parser.add_argument(
        "--replace-program", action="store_true", help="also replace a main.py that is not Plainsight's"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and change nothing")
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Deploy, and say what was done."""
    from host_tools.deploying import Options, deploy
    from host_tools.deploying.suitable import FIRMWARE

    target: str | None = SIM if options.target is None and options.flash else options.target
    if options.flash is not None and target != SIM:
        raise UsageError(f"--flash: the board on {target} has its own flash; --flash is for --target sim")
    wanted = Options(
        firmware=options.firmware or FIRMWARE,
        source=options.source,
        dry_run=options.dry_run,
        replace_program=options.replace_program,
        keyword=options.keyword,
    )
    with open_target(target, flash=options.flash, image="micropython") as opened:
        say(f"board: {opened.label}")
        try:
            done = deploy(opened.port, say, Tenths(say).report, wanted)
        except KeyboardInterrupt:
            say("stopped: the same command goes on where this one was")
            raise
    print(json.dumps(asdict(done), indent=2) if options.json else _in_words(done))
    return Exit.OK


def _in_words(done: Deployed) -> str:
    where = f"{done.port} (simulated)" if done.simulated else done.port
    kind = "sources" if done.architecture == "source" else f"compiled for {done.architecture}"
    copied, uploaded, removed, replaced, sent = (
        ("to copy there", "to upload", "to remove", "to replace", "to send")
        if done.dry_run
        else ("copied there", "uploaded", "removed", "replaced", "sent")
    )
    moved = f"{done.kept} kept, {done.copied} {copied}, {done.uploaded} {uploaded}, {done.removed} {removed}"
    lines = [
        f"board     {where}",
        f"version   {done.version}, {kind}, {done.bytes} bytes",
        f"firmware  {done.sha256}",
        f"slot {done.slot}    {moved}",
        f"beside    {done.root} {replaced} of boot.py, main.py and the loader's files",
        f"bytes     {done.uploaded_bytes} {sent}",
        "nothing was changed" if done.dry_run else f"running   {done.state}",
    ]
    return "\n".join(lines)
