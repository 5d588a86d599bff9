"""`plainsight pair`: the app of this computer and glasses that somebody holds by their button."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from host_tools.cli.output import add_json_option
from host_tools.cli.parsing import Commands, add_command
from host_tools.cli.run import run_async
from host_tools.cli.terminal import ask_for, say
from host_tools.exits import Exit, UsageError
from host_tools.worn.air import HELP, SYSTEM, VIRTUAL, radio
from host_tools.worn.passphrase import add_unlocking_options

_EXAMPLES = """\
  plainsight pair QSEP7F4MWGB2SQ6CDBU3NVYUFE            the code that `plainsight provision` printed; any spacing
  plainsight pair "PLAINSIGHT:1:…:…"                   what its QR says; then the glasses are known from the start
  plainsight pair                                      asks for the code, and leaves it in no shell history
  plainsight pair CODE --radio /tmp/plainsight/hci      virtual glasses that `plainsight simulate` runs

Hold the glasses' button for five seconds while this runs. The code counts once; `plainsight phones --invite` makes
another. Afterwards `plainsight capture --radio system` and its kin ask these glasses.

"""


def add_parser(commands: Commands) -> None:
    """Add `pair` to the command line."""
    parser = add_command(
        commands,
        "pair",
        summary="pair this computer with glasses, by their setup code",
        description="Look for glasses whose pairing window is open and pair with them: the code is proven, never "
        "sent. The first phone or computer becomes the owner's.",
        examples=_EXAMPLES,
        codes=(
            *(Exit.OK, Exit.FAILED, Exit.USAGE, Exit.REFUSED, Exit.LINK, Exit.LOCKED),
            *(Exit.INTERRUPTED, Exit.TERMINATED),
        ),
    )
    parser.add_argument(
        "code", nargs="?", metavar="CODE", help="the setup code, typed or as its QR says it; left out, it is asked for"
    )
    parser.add_argument("--name", default="this computer", help="how the glasses list it (default: %(default)s)")
    parser.add_argument("--radio", type=radio, default=SYSTEM, metavar="system|SOCKET", help=HELP)
    parser.add_argument("--folder", type=Path, metavar="DIR", help="where the app keeps its data")
    add_unlocking_options(parser)
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Pair; returns the exit code."""
    if options.radio == VIRTUAL:
        raise UsageError("virtual glasses that a command wakes are paired by it: try `plainsight capture`")
    return run_async(_run(options))


async def _run(options: argparse.Namespace) -> int:
    from companion_app.sharing import egress
    from host_tools.worn.errors import in_words  # the parts take a second to import; --help should not
    from host_tools.worn.near import open_app, pair

    code = options.code or await ask_for("the setup code")
    if not code:
        raise UsageError("no code was given; `plainsight provision` prints it")
    egress.install()
    with in_words():
        async with open_app(options.radio, options.folder, options.passphrase_file) as app:
            await pair(app, options.radio, code, options.name, say)
            hello = await app.say_hello()
    told = {"board": hello.board, "firmware": hello.firmware, "mode": hello.mode, "level": hello.level}
    if options.json:
        print(json.dumps(told, indent=2))
    else:
        print(f"paired with {hello.board}, firmware {hello.firmware}, {hello.mode}, light level {hello.level}")
    return Exit.OK
