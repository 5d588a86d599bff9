"""`plainsight diagnose`: why no image arrives, step by step, from this computer's radio to the app's gallery."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from host_tools.cli.output import add_json_option
from host_tools.cli.parsing import Commands, add_command
from host_tools.cli.run import run_async
from host_tools.exits import Exit
from host_tools.worn.air import VIRTUAL
from host_tools.worn.options import CODES, WHERE, add_glasses_options, run_on_glasses

if TYPE_CHECKING:
    from companion_app.companion import Companion
    from companion_app.diagnosis.finding import Finding
    from host_tools.worn.session import Worn

_EXAMPLES = f"""\
  plainsight diagnose
  plainsight diagnose --no-picture            do not try light and camera
  plainsight diagnose --radio system --json

Everything that a picture needs is asked for in order, and it stops at the first thing that fails, with the way out.
The last steps take a photograph, with the capture light on and on record. Virtual glasses are woken and connected
first, so that of them the steps before the session only say that there is one.
{WHERE}"""
_SIGNS = {"good": "ok", "doubtful": "note", "bad": "FAILS", "untried": "-"}


def add_parser(commands: Commands) -> None:
    """Add `diagnose` to the command line."""
    parser = add_command(
        commands,
        "diagnose",
        summary="look for the reason why no image arrives, step by step",
        description="Ask for everything that a picture needs, from this computer's radio to the app's gallery.",
        examples=_EXAMPLES,
        codes=CODES,
    )
    parser.add_argument("--no-picture", action="store_true", help="take no photograph: light and camera stay untried")
    add_json_option(parser)
    add_glasses_options(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    """Virtual glasses are made and woken as every command does it; others are looked for by the diagnosis itself."""
    return run_on_glasses(options, _worn) if options.radio == VIRTUAL else run_async(_beside(options))


async def _worn(worn: Worn, options: argparse.Namespace) -> int:
    return await _diagnose(worn.app, options)


async def _beside(options: argparse.Namespace) -> int:
    from companion_app.sharing import egress
    from host_tools.worn.errors import in_words
    from host_tools.worn.near import open_app

    egress.install()
    with in_words():
        async with open_app(options.radio, options.folder, options.passphrase_file) as app:
            return await _diagnose(app, options)


async def _diagnose(app: Companion, options: argparse.Namespace) -> int:
    """FAILED where a step failed."""
    from companion_app.diagnosis import Diagnosis, Verdict

    found = await Diagnosis(app, app.folder).run(lambda _finding: None, picture=not options.no_picture)
    if options.json:
        print(json.dumps([_row(finding) for finding in found], indent=2))
    else:
        print("\n".join(_lines(found)))
    return Exit.FAILED if any(finding.verdict is Verdict.BAD for finding in found) else Exit.OK


def _lines(found: list[Finding]) -> list[str]:
    from companion_app.ui.view_models.words.diagnosis import finding_words, step_title
    from host_tools.printable import printable

    lines: list[str] = []
    for finding in found:
        words = finding_words(finding)
        said = " ".join(part for part in (words.what, words.next_step) if part)
        lines.append(printable(f"{_SIGNS[finding.verdict]:6s}{step_title(finding.step)}: {said}"))
    return lines


def _row(finding: Finding) -> dict[str, object]:
    error = type(finding.error).__name__ if finding.error is not None else None
    code = getattr(finding.error, "code", None)
    return {
        "step": finding.step.value,
        "verdict": finding.verdict.value,
        "error": error,
        "code": code,
        "facts": finding.facts,
    }
