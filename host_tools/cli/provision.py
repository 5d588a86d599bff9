"""`plainsight provision`: gives a board its key, certificate and one-time setup code."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from host_tools.cable.target import SIM, OpenTarget, add_target_option, open_target
from host_tools.cli.output import Tenths, drop_stdout
from host_tools.cli.parsing import Commands, add_command, flash_file, whole_number
from host_tools.cli.terminal import confirm, say
from host_tools.exits import Exit, UsageError
from host_tools.journey.plan import LEVELS
from host_tools.provisioning.errors import CodeNotShown, Stopped
from host_tools.provisioning.setup_code import SetupCode

if TYPE_CHECKING:
    from host_tools.cable import Cable
    from host_tools.provisioning.over_cable import Reached

_EXAMPLES = """\
  plainsight provision                                      the only board that is plugged in
  plainsight provision --target /dev/ttyACM0 --png setup.png --release-key keys/release.pub
  plainsight provision --mode development --level software  a stock board, for the harness
  plainsight provision --flash build/glasses.img            virtual glasses
  plainsight provision --flash build/glasses.img --reset-gesture   erases locked glasses first

Locked glasses take no commands over the cable: only their own button resets them, and that erases everything.
The setup code is printed once and is stored nowhere else: who holds it and the glasses can pair a phone.

"""


def add_parser(commands: Commands) -> None:
    """Add `provision` to the command line."""
    parser = add_command(
        commands,
        "provision",
        summary="write key and certificate to a board and print its one-time setup code",
        description="Make a key, a certificate and a one-time setup code, install them over the cable, print the code "
        "as QR and text, then lock the glasses and see them run. On a board in development that was provisioned "
        "before, pictures, journal and paired phones are wiped first; locked ones have to be reset by their button.",
        examples=_EXAMPLES,
        codes=(
            *(Exit.OK, Exit.USAGE, Exit.NOT_SHARED, Exit.LINK, Exit.HOST, Exit.BOARD),
            *(Exit.INTERRUPTED, Exit.TERMINATED),
        ),
    )
    add_target_option(parser)
    parser.add_argument(
        "--flash",
        type=flash_file,
        metavar="FILE",
        help="flash image of virtual glasses, made if missing (--target sim)",
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
        help="virtual glasses: hold their button at boot and confirm, which erases everything and opens their console",
    )
    parser.add_argument("--yes", action="store_true", help="wipe a provisioned board without asking")
    parser.add_argument("--json", action="store_true", help="print the code as JSON instead of QR and words")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Provision the board; returns the exit code."""
    from host_tools.cable import Cable
    from host_tools.provisioning.gesture import make_gesture
    from host_tools.release.key_file import load_public

    target = _target(options)
    release_key = load_public(options.release_key) if options.release_key else b""
    with open_target(target, flash=options.flash, level=options.level) as opened:
        if opened.virtual is not None and options.reset_gesture:
            say("holding the button for ten seconds, which erases everything on the glasses")
            make_gesture(opened.virtual.control)
        with Cable.open(opened.port) as cable:
            return _provision(cable, opened, options, release_key)


def _target(options: argparse.Namespace) -> str | None:
    """`--flash` means the virtual board. Raises UsageError for what does not fit together."""
    target: str | None = SIM if options.target is None and options.flash else options.target
    if target == SIM and options.flash is None:
        raise UsageError("--target sim: name the virtual glasses' --flash FILE, or their identity is gone at once")
    if target != SIM and options.flash is not None:
        raise UsageError(f"--flash: the board on {target} has its own flash; --flash is for --target sim")
    if target != SIM and options.reset_gesture:
        raise UsageError("--reset-gesture: on real glasses only a hand can hold the button")
    return target


def _provision(cable: Cable, opened: OpenTarget, options: argparse.Namespace, release_key: bytes) -> int:
    from host_tools.provisioning import over_cable

    try:
        reached = over_cable.reach(cable)
        say(f"board: {opened.label}, {reached.info.machine}, Plainsight {reached.info.application}")
        if not _is_agreed(reached, options):
            say("nothing was changed")
            cable.soft_reset()
            return Exit.NOT_SHARED
        if options.battery_mv is not None:  # before anything is wiped: it may be refused
            read, ppm = over_cable.calibrate(cable, options.battery_mv)
            say(f"battery: read {read} mV of {options.battery_mv} mV, corrected by {ppm} ppm")
    except BaseException:
        over_cable.leave_running(cable)
        raise
    try:
        return _make_anew(cable, opened, options, reached, release_key)
    except KeyboardInterrupt:
        raise Stopped(cable.port) from None


def _is_agreed(reached: Reached, options: argparse.Namespace) -> bool:
    """Whether what is on the board may go; nobody is asked where nothing is."""
    if not reached.summary.owned:
        return True
    say(f"it was provisioned before: {_held(reached)} will be wiped.")
    return options.yes or asyncio.run(confirm("Wipe it and provision again"))


def _make_anew(
    cable: Cable, opened: OpenTarget, options: argparse.Namespace, reached: Reached, release_key: bytes
) -> int:
    from host_tools.provisioning import over_cable

    if reached.summary.has_to_be_wiped:
        say("wiping: pictures first, then journal, phones and keys; on a board this takes a minute or two")
        tenths = Tenths(say)
        over_cable.wipe(cable, reached.info.files_free, lambda done, size: tenths.report("wiping", done, max(size, 1)))
    code = over_cable.give_identity(cable, level=options.level, release_key=release_key)
    show_as(code, opened, options)
    not_saved = _save(code, options.png)
    over_cable.finish(cable, mode=options.mode)
    say(_AFTERWARDS[options.mode])
    if not_saved is not None:
        raise not_saved
    return Exit.OK


def _save(code: SetupCode, png: Path | None) -> UsageError | None:
    """Write the picture before the glasses are locked; that it can't be written is no reason to leave them open."""
    try:
        if png is not None:
            save_png(code, png)
    except UsageError as error:
        return error
    return None


_AFTERWARDS = {
    "locked": "locked: the REPL is off from now on. To get it back hold the button at boot for ten seconds, let go, "
    "and press once more within five, which erases everything; then provision with --mode development",
    "development": "development: the REPL stays open to whoever holds a cable, and the app says so",
}


def _held(reached: Reached) -> str:
    """What would be lost, and whose it is as far as that can be told."""
    summary = reached.summary
    identity = f"identity {summary.certificate[:16]}" if summary.certificate else "no identity"
    kind = f" ({summary.mode}, level {summary.level})" if summary.mode else ""
    return f"{summary.items} pictures and {summary.phones} paired phones of {identity}{kind}"


def show_as(code: SetupCode, opened: OpenTarget, options: argparse.Namespace) -> None:
    """The code, the way it was asked for. Raises CodeNotShown: glasses whose code nobody saw must not be locked."""
    try:
        if options.json:
            fields = {"qr_text": code.qr_text, "typed": code.typed, "level": options.level, "mode": options.mode}
            place = {"port": opened.port, "simulated": opened.simulated, "certificate": code.certificate_sha256.hex()}
            print(json.dumps(fields | place))
        else:
            show(code, None)
        sys.stdout.flush()
    except OSError as error:
        drop_stdout()
        raise CodeNotShown(opened.port, error.strerror or type(error).__name__) from error


def show(code: SetupCode, png: Path | None) -> None:
    """Print the code once, as QR, as text and for typing."""
    print(code.terminal_qr())
    print(f"QR text   {code.qr_text}")
    print(f"typed     {code.typed}")
    print("One phone can pair with this code: hold the button of the glasses for five seconds, then scan or type it.")
    if png is not None:
        save_png(code, png)


def save_png(code: SetupCode, png: Path) -> None:
    """Write the QR as a picture. Raises UsageError."""
    try:
        code.save_png(png)
    except OSError as error:
        raise UsageError(f"--png {png}: {error.strerror}; the code above is valid all the same") from error
