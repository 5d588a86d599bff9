"""`plainsight settings`: shows and changes what the owner decides."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from plainsight import wire

from host_tools.cli.output import add_json_option
from host_tools.cli.parsing import Commands, add_command
from host_tools.exits import Exit, UsageError
from host_tools.worn.options import CODES, WHERE, add_glasses_options, run_on_glasses

if TYPE_CHECKING:
    from host_tools.worn.session import Worn

_BOOLS = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}


def _allowed(row: tuple[Any, ...]) -> str:
    if row[1] == "bool":
        return "true or false"
    return f"{row[2]} to {row[3]}" if row[1] == "int" else ", ".join(row[2:])


_TABLE = "\n".join(
    f"  {name:20s}{_allowed(row)} (until changed: {str(safe).lower()})" for name, (row, safe) in wire.SETTINGS.items()
)
_EXAMPLES = f"""\
  plainsight settings
  plainsight settings erase_after_import=true clip_seconds=60

settings:
{_TABLE}

All of the changes take effect or none. `voice` is not changed here: its questions are asked in the app's window.
{WHERE}"""


def add_parser(commands: Commands) -> None:
    """Add `settings` to the command line."""
    parser = add_command(
        commands,
        "settings",
        summary="show and change the settings of the glasses",
        description="Without arguments: show every setting. NAME=VALUE changes one.",
        examples=_EXAMPLES,
        codes=CODES,
    )
    parser.add_argument("changes", nargs="*", type=setting, metavar="NAME=VALUE", help="a setting and its new value")
    add_json_option(parser)
    add_glasses_options(parser)
    parser.set_defaults(run=_run)


def setting(text: str) -> tuple[str, Any]:
    """A setting and a value that its table allows. Raises argparse's own error, which becomes one line."""
    name, equals, value = text.partition("=")
    if name not in wire.SETTINGS:
        raise argparse.ArgumentTypeError(f"there is no setting {name!r}; choose from {', '.join(wire.SETTINGS)}")
    row = wire.SETTINGS[name][0]
    parsed: Any = value
    if row[1] == "bool":
        parsed = _BOOLS.get(value.lower())
    elif row[1] == "int":
        parsed = int(value) if value.isascii() and value.isdigit() else None
    try:
        wire.check_fields({name: parsed}, (row,))
    except wire.BadBody as error:
        message = f"{name} can't be {value!r}: it is {_allowed(row)}" if equals else f"{name} needs a value: {name}=…"
        raise argparse.ArgumentTypeError(message) from error
    return name, parsed


def _run(options: argparse.Namespace) -> int:
    names = [name for name, _ in options.changes]
    if "voice" in names:
        raise UsageError("voice is decided in the app's window, where its questions are asked: plainsight app")
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise UsageError(f"{twice[0]} is given twice")
    return run_on_glasses(options, _settings)


async def _settings(worn: Worn, options: argparse.Namespace) -> int:
    if options.changes:
        await worn.app.change_settings(**dict(options.changes))
    settings = worn.app.settings
    if options.json:
        print(json.dumps(settings, indent=2))
    else:
        print("\n".join(f"{name:20s}{json.dumps(value)}" for name, value in settings.items()))
    return Exit.OK
