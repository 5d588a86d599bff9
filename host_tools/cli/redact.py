"""`plainsight redact`: copies of pictures without what the question does not need."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from host_tools.cli.masking import add_masking_options, plan_for
from host_tools.cli.output import add_json_option
from host_tools.cli.parsing import Commands, add_command
from host_tools.exits import Exit, UsageError
from host_tools.printable import printable
from host_tools.redacting.places import Places, places_for

if TYPE_CHECKING:
    from host_tools.redacting.job import Outcome

_EXAMPLES = """\
  plainsight redact photo.jpg out.jpg                  masks faces, text, cards, documents, plates, codes, screens
  plainsight redact photo.jpg out.jpg --question "What does this sign say?"
                                                       the sign stays; the card beside it does not
  plainsight redact photo.jpg out.jpg --keep code --mask 10,20,200,90 --crop 0,0,640,480
  plainsight redact pictures/ redacted/ --json         a whole folder; run again, it goes on where it stopped

Nothing leaves this computer. What comes out is a new JPEG made from pixels alone: no metadata, no thumbnail. After it
was made a second set of detectors looks at its bytes; what they still see is masked, too, or the picture fails.

"""


def add_parser(commands: Commands) -> None:
    """Add `redact` to the command line."""
    parser = add_command(
        commands,
        "redact",
        summary="mask faces, text, cards, plates, codes and screens in pictures",
        description="Write a copy of a picture, or of each JPEG, PNG and WebP picture of a folder, in which everything "
        "that was found is filled, but what the question needs or --keep names. Inputs are never changed and nothing "
        "is replaced.",
        examples=_EXAMPLES,
        codes=(Exit.OK, Exit.FAILED, Exit.USAGE, Exit.PHOTO, Exit.HOST, Exit.INTERRUPTED),
    )
    parser.add_argument("source", type=Path, metavar="IN", help="a picture, or a folder of pictures")
    parser.add_argument("target", type=Path, metavar="OUT", help="the JPEG to write, or a folder for them")
    parser.add_argument("--question", default="", metavar="TEXT", help="what would be asked; keeps what it needs")
    add_json_option(parser)
    add_masking_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Redact; the exit code is the first failure's."""
    found = places_for(options.source, options.target)
    if len(found.places) != 1 and (options.mask or options.crop):
        raise UsageError("--mask and --crop are places in one picture: name a file, not a folder")
    many = options.source.is_dir()
    outcomes = _work(found, options)
    if options.json:
        shown = [outcome.as_json() for outcome in outcomes]
        print(json.dumps(shown if many else shown[0], indent=2))
    else:
        print(_summary(outcomes, found.others) if many else printable(outcomes[0].line))
    return next((outcome.exit_code for outcome in outcomes if outcome.exit_code), Exit.OK)


def _work(found: Places, options: argparse.Namespace) -> list[Outcome]:
    from companion_app.redaction import Redactor
    from companion_app.sharing import egress
    from host_tools.redacting.job import Job

    # Whatever the detectors' libraries would like to tell somebody stays here.
    egress.install()
    tell = _tell if options.source.is_dir() else _say_nothing
    return Job(Redactor(), lambda look: plan_for(look, options.question, options), tell).run(found.places)


def _tell(line: str) -> None:
    print(printable(line), file=sys.stderr, flush=True)


def _say_nothing(_line: str) -> None:
    """One picture is told of once, on stdout."""


def _summary(outcomes: list[Outcome], others: int) -> str:
    count = {state: sum(outcome.state == state for outcome in outcomes) for state in ("done", "skipped", "failed")}
    left_out = f"; {others} other files were left out" if others else ""
    return f"{count['done']} redacted, {count['skipped']} there already, {count['failed']} failed{left_out}"
