"""`plainsight simulate`: virtual glasses that run until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from host_tools.cli.parsing import Commands, add_command, flash_file
from host_tools.cli.run import run_async
from host_tools.exits import Exit
from host_tools.journey.plan import DEFAULT_PROFILE, LEVELS, default_photo
from host_tools.simulator.radio.profiles import PROFILES

_EXAMPLES = """\
  plainsight simulate
  plainsight simulate --flash build/glasses.img --photo desk.jpg --profile lossy

"""


def add_parser(commands: Commands) -> None:
    """Add `simulate` to the command line."""
    parser = add_command(
        commands,
        "simulate",
        summary="run virtual glasses until Ctrl-C",
        description="Run the real firmware on the virtual board, in a world with scene, light, button and radio, and "
        "print the sockets by which a phone (HCI) and a script (control, JSON lines) reach it.",
        examples=_EXAMPLES,
        codes=(Exit.OK, Exit.USAGE, Exit.PHOTO, Exit.LINK, Exit.HOST, Exit.INTERRUPTED, Exit.TERMINATED),
    )
    parser.add_argument("--photo", type=Path, metavar="FILE", help="the scene (default: a photograph that ships)")
    parser.add_argument(
        "--flash", type=flash_file, metavar="FILE", help="flash image that is kept (default: a new one, thrown away)"
    )
    parser.add_argument(
        "--profile", choices=tuple(PROFILES), default=DEFAULT_PROFILE, help="radio profile (default: %(default)s)"
    )
    parser.add_argument(
        "--level", choices=LEVELS, default="optical", help="how the light is proven (default: %(default)s)"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run until interrupted; returns the exit code."""
    return run_async(_run(options))


async def _run(options: argparse.Namespace) -> int:
    from host_tools.cli.provision import show
    from host_tools.journey.glasses import provisioned_glasses

    scene = options.photo or default_photo()
    async with provisioned_glasses(scene, options.profile, options.level, options.flash) as (simulator, code):
        await simulator.board.start()
        print(f"simulated glasses are running: profile {options.profile}, level {options.level}, scene {scene}")
        print(f"HCI       {simulator.hci_socket}\ncontrol   {simulator.control_socket}")
        if code is not None:
            show(code, None)
        print("Ctrl-C ends them.", flush=True)
        await asyncio.Event().wait()
    return Exit.OK
