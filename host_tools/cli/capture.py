"""`plainsight capture`: one photograph, or a burst, by request of the app."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from host_tools.cli.output import add_output_options, copy_out, described, picture_line
from host_tools.cli.parsing import Commands, add_command, whole_number
from host_tools.exits import Exit
from host_tools.worn.options import CODES, WHERE, set_act

if TYPE_CHECKING:
    from host_tools.worn.session import Worn

_EXAMPLES = f"""\
  plainsight capture
  plainsight capture --photo desk.jpg --out picture.jpg
  plainsight capture --burst 4 --json
{WHERE}"""


def add_parser(commands: Commands) -> None:
    """Add `capture` to the command line."""
    parser = add_command(
        commands,
        "capture",
        summary="take a photograph and bring it here",
        description="Ask the glasses for a photograph: light on and proven, exposure, sealed, carried over the link, "
        "opened with the owner's key.",
        examples=_EXAMPLES,
        codes=CODES,
    )
    parser.add_argument(
        "--burst", type=whole_number(2, 8), metavar="N", help="N photographs at the sensor's rate (2 to 8)"
    )
    add_output_options(parser)
    set_act(parser, _capture)


async def _capture(worn: Worn, options: argparse.Namespace) -> int:
    pictures = await worn.app.burst(options.burst) if options.burst else [await worn.app.capture()]
    copies = [copy_out(picture, options.out, number) for number, picture in enumerate(pictures)]
    if options.json:
        print(json.dumps([described(picture, copy) for picture, copy in zip(pictures, copies, strict=True)], indent=2))
    else:
        for picture, copy in zip(pictures, copies, strict=True):
            print(picture_line(picture, copy))
    if options.burst and len(pictures) < options.burst:
        worn.tell(f"{len(pictures)} of {options.burst} photographs were taken")
        return Exit.REFUSED
    return Exit.OK
