"""`plainsight status`: how the glasses are."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from host_tools.cli.output import add_json_option
from host_tools.cli.parsing import Commands, add_command
from host_tools.exits import Exit
from host_tools.worn.options import CODES, WHERE, set_act

if TYPE_CHECKING:
    from host_tools.worn.session import Worn

_EXAMPLES = f"""\
  plainsight status
  plainsight status --crashes
  plainsight status --sleep          put the glasses on the shelf: only their button wakes them
{WHERE}"""

_IDENTITY = ("board", "firmware", "mode", "level")


def add_parser(commands: Commands) -> None:
    """Add `status` to the command line."""
    parser = add_command(
        commands,
        "status",
        summary="how the glasses are: battery, storage, power state, crashes",
        description="Ask the glasses how they are.",
        examples=_EXAMPLES,
        codes=CODES,
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--crashes", action="store_true", help="the last crashes that the glasses remember")
    what.add_argument("--forget-crashes", action="store_true", help="show them and have the glasses forget them")
    what.add_argument("--sleep", action="store_true", help="put the glasses on the shelf")
    what.add_argument("--adopt-card", action="store_true", help="take a foreign SD card into use")
    add_json_option(parser)
    set_act(parser, _status)


async def _status(worn: Worn, options: argparse.Namespace) -> int:
    if options.crashes or options.forget_crashes:
        crashes = [asdict(crash) for crash in await worn.app.crashes(forget=options.forget_crashes)]
        print(json.dumps(crashes, indent=2) if options.json or crashes else "no crashes")
        return Exit.OK
    if options.sleep:
        print(f"power state: {await worn.app.power('shelf')}")
        return Exit.OK
    if options.adopt_card:
        print(f"SD card: {await worn.app.adopt_card()}")
        return Exit.OK
    hello = worn.app.hello
    told = {} if hello is None else asdict(hello)
    fields = {**{name: told.get(name) for name in _IDENTITY}, **asdict(await worn.app.status())}
    if options.json:
        print(json.dumps(fields, indent=2))
    else:
        print("\n".join(f"{name:18s}{value}" for name, value in fields.items()))
    return Exit.OK
