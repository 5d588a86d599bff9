"""`plainsight items`: what lies on the glasses."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from host_tools.cli.output import add_json_option
from host_tools.cli.parsing import Commands, add_command
from host_tools.exits import Exit
from host_tools.worn.options import CODES, WHERE, set_act

if TYPE_CHECKING:
    from companion_app.link.answers import Item
    from host_tools.worn.session import Worn

_EXAMPLES = f"""\
  plainsight items
  plainsight items --json
{WHERE}"""


def add_parser(commands: Commands) -> None:
    """Add `items` to the command line."""
    parser = add_command(
        commands,
        "items",
        summary="list what lies on the glasses",
        description="List the sealed photographs and clips on the glasses: only what may be known without the key.",
        examples=_EXAMPLES,
        codes=CODES,
    )
    add_json_option(parser)
    set_act(parser, _items)


async def _items(worn: Worn, options: argparse.Namespace) -> int:
    items = await worn.app.items()
    if options.json:
        print(json.dumps([asdict(item) for item in items], indent=2))
    elif items:
        print("\n".join(_line(item) for item in items))
    else:
        worn.tell("nothing lies on the glasses")
    return Exit.OK


def _line(item: Item) -> str:
    taken = datetime.fromtimestamp(item.time_s, UTC).strftime("%Y-%m-%d %H:%M:%S")
    notes = ["imported" if item.imported else "not imported"]
    if item.whole:
        notes.insert(0, f"light {item.light.get('verdict', 'unproven')}")
        if item.kind == "clip":
            notes.insert(0, f"{item.duration_ms / 1000:.1f} s, {item.frames} frames")
    else:
        notes.append("cut off by a power loss: importing tells how far it goes")
    if item.place == "card":
        notes.append("on the SD card")
    size = f"{item.sealed_bytes:9d} bytes"
    return f"{item.id:6d}  {item.kind:5s}  {taken} UTC  {item.trigger:8s}  {size}  {', '.join(notes)}"
