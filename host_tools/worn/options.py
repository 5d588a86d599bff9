"""The options of every command that asks something of glasses, and how such a command runs."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from host_tools.cli.run import run_async
from host_tools.exits import Exit
from host_tools.journey.plan import DEFAULT_PROFILE, LEVELS
from host_tools.simulator.radio.profiles import PROFILES
from host_tools.worn.air import HELP, VIRTUAL, radio
from host_tools.worn.passphrase import add_unlocking_options

if TYPE_CHECKING:
    from host_tools.worn.session import Worn

Act = Callable[["Worn", argparse.Namespace], Awaitable[int]]
CODES = (
    *(Exit.OK, Exit.FAILED, Exit.USAGE, Exit.PHOTO, Exit.REFUSED, Exit.LINK, Exit.HOST, Exit.LOCKED),
    *(Exit.INTERRUPTED, Exit.TERMINATED),
)
WHERE = """
Without --radio system the glasses are virtual: they are made and paired at the first command, and are kept in
build/virtual (--folder), where `plainsight app` finds them too. Each command wakes them and switches them off again.

"""


def add_glasses_options(parser: argparse.ArgumentParser) -> None:
    """Which glasses, and what the virtual ones see."""
    group = parser.add_argument_group("which glasses")
    group.add_argument(
        "--radio",
        type=radio,
        default=VIRTUAL,
        metavar="virtual|system|SOCKET",
        help=HELP,
    )
    group.add_argument(
        "--folder", type=Path, metavar="DIR", help="where app and virtual glasses keep their data (build/virtual)"
    )
    group.add_argument("--photo", type=Path, metavar="FILE", help="the scene before virtual glasses")
    group.add_argument(
        "--profile", choices=tuple(PROFILES), default=DEFAULT_PROFILE, help="virtual radio (default: %(default)s)"
    )
    group.add_argument(
        "--level", choices=LEVELS, default="optical", help="how new virtual glasses prove their light (%(default)s)"
    )

    add_unlocking_options(parser)


def set_act(parser: argparse.ArgumentParser, act: Act) -> None:
    """Have the command do `act` on open glasses; its options come with it."""

    def run(options: argparse.Namespace) -> int:
        return run_on_glasses(options, act)

    add_glasses_options(parser)
    parser.set_defaults(run=run)


def run_on_glasses(options: argparse.Namespace, act: Act) -> int:
    """Open the glasses, do `act` on them, close them; its exit code."""
    return run_async(_run(options, act))


async def _run(options: argparse.Namespace, act: Act) -> int:
    from host_tools.cli.terminal import say
    from host_tools.worn.session import open_glasses  # the parts take a second to import; --help should not

    async with open_glasses(options, say) as worn:
        return await act(worn, options)
