"""`plainsight press`: a finger on the button of virtual glasses."""

from __future__ import annotations

import argparse
import tempfile
import threading
from pathlib import Path

from host_tools.cable.world import Control, WorldGone, WorldRefused, control_of
from host_tools.cli.parsing import Commands, add_command
from host_tools.cli.terminal import say
from host_tools.exits import Exit, UsageError

_TAP_MS = 80
_LONGEST_S = 60.0
_LOOK_S = 0.05
_EXAMPLES = """\
  plainsight press                  # a tap
  plainsight press 6                # held for six seconds
  plainsight press --boot           # hold BOOT and reset: into the loader in ROM, also where the console is shut
  plainsight press --reset-gesture --target build/port    # held through a start, once more: erases what is the owner's
  plainsight press 6 --control /tmp/plainsight-abc/control

"""


def add_parser(commands: Commands) -> None:
    """Add `press` to the command line."""
    parser = add_command(
        commands,
        "press",
        summary="press the button of virtual glasses",
        description="Press the button of the glasses that `plainsight simulate` runs in another terminal, and let it "
        "go. Real glasses have a button of their own.",
        examples=_EXAMPLES,
        codes=(Exit.OK, Exit.USAGE, Exit.LINK, Exit.INTERRUPTED),
    )
    parser.add_argument("seconds", nargs="?", type=_seconds, default=0.0, help="how long it is held (default: a tap)")
    other = parser.add_mutually_exclusive_group()
    other.add_argument("--boot", action="store_true", help="the BOOT button, held while the board is reset")
    other.add_argument(
        "--reset-gesture", action="store_true", help="held through a start for ten seconds, let go, pressed once more"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--target", type=Path, metavar="PORT", help="which glasses, by their port (default: the only ones that run)"
    )
    which.add_argument("--control", type=Path, metavar="SOCKET", help="which glasses, as `simulate` prints it")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Press, hold, let go. Raises WorldGone where no glasses run, WorldRefused where they are off, UsageError."""
    if options.seconds and (options.boot or options.reset_gesture):
        raise UsageError("seconds are for the button alone: --boot and --reset-gesture have their own")
    with Control(_chosen(options)) as world:
        if options.boot:
            _reset_with_boot_held(world)
            return Exit.OK
        if options.reset_gesture:
            from host_tools.provisioning.gesture import make_gesture

            say("holding the button through a start: some ten seconds")
            make_gesture(world)
            return Exit.OK
        if not options.seconds:
            world.ask("button", press="tap", ms=_TAP_MS)
            return Exit.OK
        world.ask("button", press="down")
        try:
            threading.Event().wait(options.seconds)
        finally:
            world.ask("button", press="up")
    return Exit.OK


def _reset_with_boot_held(world: Control) -> None:
    if not world.ask("status")["running"]:
        raise WorldRefused("boot_button", "off", "the board is off")
    world.ask("boot_button", down=True)
    world.ask("reset")
    while not world.ask("status")["in_rom"]:
        threading.Event().wait(_LOOK_S)
    world.ask("boot_button", down=False)


def _chosen(options: argparse.Namespace) -> Path:
    if options.target is not None:
        return control_of(options.target)
    return options.control or _only_glasses()


def _only_glasses() -> Path:
    """The control socket of the virtual glasses that run."""
    found = [path for path in sorted(Path(tempfile.gettempdir()).glob("plainsight-*/control")) if _answers(path)]
    if not found:
        raise WorldGone("none runs; `plainsight simulate` starts one")
    if len(found) > 1:
        raise UsageError(
            "several virtual glasses run; choose with --target PORT or --control: " + ", ".join(map(str, found))
        )
    return found[0]


def _answers(path: Path) -> bool:
    try:
        Control(path).close()
    except WorldGone:
        return False
    return True


def _seconds(text: str) -> float:
    """A duration. Raises argparse's own error, which becomes one line."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= _LONGEST_S:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds up to {_LONGEST_S:.0f}")
    return seconds
