"""`plainsight import`: brings what waits on the glasses into the gallery."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from companion_app.errors import AppError
from companion_app.ui.view_models.words.errors import problem
from host_tools.cli.output import add_json_option, described, picture_line
from host_tools.cli.parsing import Commands, add_command
from host_tools.exits import Exit
from host_tools.worn.options import CODES, WHERE, set_act

if TYPE_CHECKING:
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
    problems: list[AppError] = []
    end = worn.app.on_problem(problems.append)
    try:
        pictures = await worn.app.sync(progress=_Progress(worn).report)
    finally:
        end()
    if options.json:
        print(json.dumps([described(picture, picture.path) for picture in pictures], indent=2))
    else:
        for picture in pictures:
            print(picture_line(picture, picture.path))
    for error in problems:
        words = problem(error)
        worn.tell(f"{words.what} {words.next_step}")
    worn.tell(f"{len(pictures)} brought, {len(worn.app.gallery.pictures())} in the gallery")
    return Exit.FAILED if problems else Exit.OK


class _Progress:
    """Tells each tenth of an item that is long enough to wait for."""

    def __init__(self, worn: Worn) -> None:
        self._worn = worn
        self._told = (0, 0)

    def report(self, item: int, have: int, size: int) -> None:
        """`have` of `size` bytes of an item are here."""
        tenth = (item, 10 * have // size)
        if tenth != self._told and tenth[1]:
            self._told = tenth
            self._worn.tell(f"item {item}: {10 * tenth[1]} %")
