"""`plainsight provision`: gives a board its key, certificate and one-time setup code."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from host_tools.cli.parsing import Commands, add_command, flash_file, whole_number
from host_tools.cli.run import run_async
from host_tools.cli.terminal import confirm
from host_tools.exits import Exit, UsageError
from host_tools.journey.plan import LEVELS
from host_tools.provisioning.setup_code import SetupCode

_EXAMPLES = """\
  plainsight provision --target sim --flash build/glasses.img
  plainsight provision --target sim --flash build/glasses.img --mode development --png setup.png
  plainsight provision --target sim --flash build/glasses.img --reset-gesture   erases locked glasses first

Locked glasses take no commands over the cable: only their own button resets them, and that erases everything.
The setup code is printed once and is stored nowhere else: who holds it and the glasses can pair a phone.

"""


def add_parser(commands: Commands) -> None:
    """Add `provision` to the command line."""
    parser = add_command(
        commands,
        "provision",
        summary="write key and certificate to a board and print its one-time setup code",
        description="Make a key, a certificate and a one-time setup code, install them, print the code as QR and text. "
        "On a board in development that was provisioned before, pictures, journal and paired phones are wiped first; "
        "locked ones have to be reset by their button.",
        examples=_EXAMPLES,
        codes=(
            *(Exit.OK, Exit.USAGE, Exit.NOT_SHARED, Exit.LINK, Exit.HOST),
            *(Exit.INTERRUPTED, Exit.TERMINATED),
        ),
    )
    parser.add_argument(
        "--target", default="sim", metavar="sim|PORT", help="the virtual board, or a serial port (default: sim)"
    )
    parser.add_argument(
        "--flash",
        type=flash_file,
        required=True,
        metavar="FILE",
        help="flash image; made if missing",
    )
    parser.add_argument(
        "--level", choices=LEVELS, default="optical", help="how this board proves its light (default: %(default)s)"
    )
    parser.add_argument(
        "--mode",
        choices=("locked", "development"),
        default="locked",
        help="development keeps the REPL (default: %(default)s)",
    )
    parser.add_argument(
        "--release-key",
        type=Path,
        metavar="KEY.pub",
        help="take updates that this key signed (`plainsight release keygen`); without it the glasses take none",
    )
    parser.add_argument(
        "--battery-mv",
        type=whole_number(3000, 4300),
        metavar="MV",
        help="what a meter shows at the battery now (4200: just charged); calibrates the gauge of this board",
    )
    parser.add_argument("--png", type=Path, metavar="FILE", help="also write the QR as a picture")
    parser.add_argument(
        "--reset-gesture",
        action="store_true",
        help="virtual board: hold its button at boot and confirm, which erases everything and opens its console",
    )
    parser.add_argument("--yes", action="store_true", help="wipe a provisioned board without asking")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Provision the board; returns the exit code."""
    if options.target != "sim":
        raise UsageError(
            f"--target {options.target}: no board on a serial port can be provisioned yet; use --target sim"
        )
    return run_async(_run(options))


async def _run(options: argparse.Namespace) -> int:
    from host_tools.journey.glasses import board_errors
    from host_tools.provisioning.cable import reach
    from host_tools.provisioning.calibrate import calibrate_battery
    from host_tools.provisioning.install import provision
    from host_tools.release.key_file import load_public
    from host_tools.simulator import Simulator

    release_key = load_public(options.release_key) if options.release_key else b""

    async with Simulator(flash=options.flash, level=options.level) as simulator:
        if options.reset_gesture:
            print("holding the button for ten seconds, which erases everything on the glasses", file=sys.stderr)
        with board_errors("provisioning"):
            board, before = await reach(simulator, gesture=options.reset_gesture)
        if before.provisioned:
            held = f"{before.items} pictures and {before.phones} paired phones"
            print(f"{options.flash} was provisioned before: {held} will be wiped.", file=sys.stderr)
            if not options.yes and not await confirm("Wipe it and provision again"):
                print("nothing was changed", file=sys.stderr)
                return Exit.NOT_SHARED
        if options.battery_mv is not None:  # before anything is wiped: it may be refused
            with board_errors("calibrating"):
                read, ppm = await calibrate_battery(board, options.battery_mv)
            print(f"battery: read {read} mV of {options.battery_mv} mV, corrected by {ppm} ppm", file=sys.stderr)
        code = await provision(board, level=options.level, mode=options.mode, release_key=release_key)
    show(code, options.png)
    return Exit.OK


def show(code: SetupCode, png: Path | None) -> None:
    """Print the code once, as QR, as text and for typing."""
    print(code.terminal_qr())
    print(f"QR text   {code.qr_text}")
    print(f"typed     {code.typed}")
    print("One phone can pair with this code: hold the button of the glasses for five seconds, then scan or type it.")
    if png is not None:
        try:
            code.save_png(png)
        except OSError as error:
            raise UsageError(f"--png {png}: {error.strerror}; the code above is valid all the same") from error
