"""`plainsight simulate`: virtual glasses that run until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Generator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

from host_tools.cli.parsing import Commands, add_command, flash_file
from host_tools.cli.run import run_async
from host_tools.exits import Exit, MissingTool, UsageError
from host_tools.journey.plan import DEFAULT_PROFILE, LEVELS, default_photo
from host_tools.simulator.chip import IMAGES, PLAINSIGHT
from host_tools.simulator.radio.profiles import PROFILES
from host_tools.simulator.usb import rom_loader

_ERASED = "none"
_ANYWHERE = Path()  # --cable without a name for the port
_RADIO = ".radio"  # the HCI socket, named like the port
_EXAMPLES = """\
  plainsight simulate
  plainsight simulate --flash build/glasses.img --photo desk.jpg --profile lossy
  plainsight simulate --keyword hello.kwm         listens for an own phrase; the control verb `say` lets it hear a WAV
  plainsight simulate --cable build/port --image none --flash build/board.img    # a bare board, its cable plugged in

"""


def add_parser(commands: Commands) -> None:
    """Add `simulate` to the command line."""
    parser = add_command(
        commands,
        "simulate",
        summary="run virtual glasses until Ctrl-C",
        description="Run the real firmware on the virtual board, in a world with scene, light, button and radio, and "
        "print the sockets by which a phone (HCI) and a script (control, JSON lines) reach it. With --cable there is a "
        "serial port too, and the glasses come as from a shop: `plainsight provision --target PORT` makes them yours.",
        examples=_EXAMPLES,
        codes=(Exit.OK, Exit.USAGE, Exit.PHOTO, Exit.LINK, Exit.HOST, Exit.KEYWORD, Exit.INTERRUPTED, Exit.TERMINATED),
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
    parser.add_argument(
        "--cable",
        nargs="?",
        type=_port_name,
        const=_ANYWHERE,
        metavar="PORT",
        help="plug a USB cable in; PORT: a name for its serial port, and PORT.radio for the HCI socket (default: both "
        "in a temporary folder)",
    )
    parser.add_argument(
        "--image",
        choices=(*IMAGES, _ERASED),
        help="what a new chip holds: the glasses' firmware, MicroPython alone, or nothing at all (with --cable; "
        f"default: {PLAINSIGHT})",
    )
    parser.add_argument(
        "--keyword", type=Path, metavar="FILE", help="a model of own words in the place of the one that ships"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run until interrupted; returns the exit code. Raises UsageError, KeywordRefused, MissingTool."""
    if options.image is not None and options.cable is None:
        raise UsageError("--image goes with --cable: without one there is no way to the chip")
    if options.image == _ERASED and not rom_loader.installed():
        raise MissingTool("esp32-mock-bootloader", "it answers as the chip's ROM; `make setup` installs it")
    if options.keyword is not None:
        from host_tools.release.words import check

        check(options.keyword)
    return run_async(_run(options) if options.cable is None else _run_with_cable(options))


async def _run(options: argparse.Namespace) -> int:
    from host_tools.cli.provision import show
    from host_tools.journey.glasses import provisioned_glasses

    scene = options.photo or default_photo()
    glasses = provisioned_glasses(scene, options.profile, options.level, options.flash, keyword=options.keyword)
    async with glasses as (simulator, code):
        await simulator.board.start()
        print(f"simulated glasses are running: profile {options.profile}, level {options.level}, scene {scene}")
        print(f"HCI       {simulator.hci_socket}\ncontrol   {simulator.control_socket}")
        if code is not None:
            show(code, None)
        print("Ctrl-C ends them.", flush=True)
        await asyncio.Event().wait()
    return Exit.OK


async def _run_with_cable(options: argparse.Namespace) -> int:
    from host_tools.journey.glasses import photo_errors
    from host_tools.simulator import Simulator

    scene = options.photo or default_photo()
    async with AsyncExitStack() as stack:
        simulator = await stack.enter_async_context(
            Simulator(
                profile=options.profile,
                flash=options.flash,
                level=options.level,
                cable=True if options.cable == _ANYWHERE else options.cable.absolute(),
                image=None if options.image == _ERASED else options.image or PLAINSIGHT,
                keyword=options.keyword,
            )
        )
        with photo_errors(scene):
            simulator.world.show(scene)
        await simulator.board.start()
        port, air = simulator.port, simulator.hci_socket
        if options.cable != _ANYWHERE:
            port, air = options.cable, options.cable.with_name(options.cable.name + _RADIO)
            stack.enter_context(_named(air, simulator.hci_socket))
        print(f"a simulated board is running, its cable is in: profile {options.profile}, scene {scene}")
        print(f"port      {port}\nHCI       {air}\ncontrol   {simulator.control_socket}")
        print(f"button    plainsight press --target {port}")
        print("Ctrl-C ends it.", flush=True)
        await asyncio.Event().wait()
    return Exit.OK


@contextmanager
def _named(name: Path, what: Path) -> Generator[None]:
    """A symlink for as long as the block runs; one that a killed simulator has left is replaced."""
    name.unlink(missing_ok=True)
    name.symlink_to(what)
    try:
        yield
    finally:
        name.unlink(missing_ok=True)


def _radio_name(port: Path) -> Path:
    return port.with_name(port.name + ".radio")


def _port_name(text: str) -> Path:
    """A name for the port. Raises argparse's own error, which becomes one line."""
    path = Path(text)
    for name in (path, _radio_name(path)):
        if name.exists():  # a symlink that a killed simulator has left leads nowhere, and is replaced
            raise argparse.ArgumentTypeError(f"{str(name)!r} is there already; other virtual glasses may run on it")
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {str(path.parent)!r}")
    return path
