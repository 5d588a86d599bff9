"""`plainsight import`: brings what waits on the glasses into the gallery."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from companion_app.errors import AppError
from companion_app.ui.view_models.words.errors import problem
from host_tools.cli.output import Tenths, add_json_option, described, picture_line
from host_tools.cli.parsing import Commands, add_command
from host_tools.exits import Exit
from host_tools.worn.options import CODES, WHERE, set_act

if TYPE_CHECKING:
    from companion_app.gallery import Picture
    from host_tools.worn.session import Worn

_EXAMPLES = f"""\
  plainsight import
  plainsight import --json
  plainsight settings erase_after_import=true      then imports leave nothing on the glasses

An import that was interrupted goes on where it stopped. One item that can't be brought does not hold up the others.
{WHERE}"""


def add_parser(commands: Commands) -> None:
    """Add `import` to the command line."""
    parser = add_command(
        commands,
        "import",
        summary="bring what waits on the glasses into the gallery",
        description="Fetch, verify and open every sealed item that is not in the gallery yet, then tell the glasses, "
        "which erase it where the owner's setting says so.",
        examples=_EXAMPLES,
        codes=CODES,
    )
    add_json_option(parser)
    set_act(parser, _import)


async def _import(worn: Worn, options: argparse.Namespace) -> int:
    pictures: list[Picture] = []  # also those of the round that began with the visit
    problems: list[AppError] = []
    tenths = Tenths(worn.tell)

    def came(picture: Picture) -> None:
        pictures.append(picture)
        if not options.json:
            print(picture_line(picture), flush=True)

    ends = (worn.app.on_picture(came), worn.app.on_problem(problems.append))
    try:
        await worn.app.sync(lambda item, have, size: tenths.report(f"item {item}", have, size))
    finally:
        for end in ends:
            end()
    if options.json:
        print(json.dumps([described(picture) for picture in pictures], indent=2))
    for error in problems:
        words = problem(error)
        worn.tell(f"{words.what} {words.next_step}")
    worn.tell(f"{len(pictures)} brought, {len(worn.app.gallery.pictures())} in the gallery")
    return Exit.FAILED if problems else Exit.OK
