"""`plainsight hil`: the tests of tests/hardware on a board, virtual or on a cable, which is given back as it was."""

from __future__ import annotations

import argparse
import importlib.util
import json
import signal
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from host_tools.cable.target import SIM
from host_tools.cli.parsing import Commands, add_command
from host_tools.exits import Exit, MissingTool, UsageError

if TYPE_CHECKING:
    import pytest

    from host_tools.cable.cable import Cable

_ROOT = Path(__file__).resolve().parents[2]
_SUITE = _ROOT / "tests" / "hardware"
_RESULTS = _ROOT / "build" / "hil" / "results.xml"
_EXAMPLES = """\
  plainsight hil                                        on the virtual board: simulated
  plainsight hil --target /dev/ttyACM0                  on a board: measured; writes rows of docs/hardware-status.md
  plainsight hil --target 240AC4515301 --only light     by USB serial number; tests with this word in their name
  plainsight hil --target /dev/ttyACM0 --probe /dev/ttyACM1 --power uhubctl:1-1.4:2 --radio system
  plainsight hil --target /dev/ttyACM0 --capabilities   what can be tried on this board, and what is missing
  plainsight hil --target /dev/ttyACM0 --restore        put back what an interrupted run left on a board

A board's files are taken off it first and put back at the end; its program is stopped and started, and the identity on
it is replaced meanwhile. The log of each test that fails is kept in build/hil, results in build/hil/results.xml.
"""
# What pytest's exit codes mean here.
_EXITS = {0: Exit.OK, 1: Exit.FAILED, 2: Exit.FAILED, 3: Exit.FAILED, 4: Exit.USAGE, 5: Exit.FAILED}


def add_parser(commands: Commands) -> None:
    """Add `hil` to the command line."""
    parser = add_command(
        commands,
        "hil",
        summary="run the hardware tests on a board, or on the virtual one",
        description="Try what the firmware promises on a board (hardware in the loop). The same tests run on the "
        "virtual board, where results are called simulated.",
        examples=_EXAMPLES,
        codes=(Exit.OK, Exit.FAILED, Exit.USAGE, Exit.HOST, Exit.BOARD, Exit.INTERRUPTED),
    )
    parser.add_argument(
        "--target",
        default=SIM,
        metavar="sim|PORT|SERIAL",
        help="the virtual board (default), a serial port, or a USB serial number",
    )
    parser.add_argument(
        "--probe", metavar="PORT|sim|none", help="a probe board beside it (default: on sim where a test needs one)"
    )
    parser.add_argument("--power", metavar="SWITCH", help="uhubctl:LOCATION:PORT, relay, command:PROGRAM, sim or none")
    parser.add_argument("--radio", choices=("virtual", "system", "none"), help="the phone's Bluetooth adapter")
    parser.add_argument("--card", action="store_true", help="an SD card is in that tests may write to")
    parser.add_argument("--hand", action="store_true", help="press the button of the glasses yourself when asked to")
    parser.add_argument("--battery", action="store_true", help="a battery is connected whose charge can be read")
    parser.add_argument("--only", metavar="WORDS", help="tests whose names fit, as pytest -k; no status is written")
    parser.add_argument("--no-status", action="store_true", help="leave docs/hardware-status.md as it is")
    parser.add_argument("--results", type=Path, default=_RESULTS, metavar="FILE", help="JUnit XML for a CI server")
    other = parser.add_mutually_exclusive_group()
    other.add_argument("--capabilities", action="store_true", help="say what the board can do, and stop")
    other.add_argument("--restore", action="store_true", help="put back what an interrupted run left, and stop")
    parser.add_argument("--json", action="store_true", help="with --capabilities: print JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the suite, or one of the two small jobs."""
    if options.json and not options.capabilities:
        raise UsageError("--json is for --capabilities; the suite's results for scripts are in --results")
    if options.capabilities:
        return _capabilities(options)
    return _restore(options) if options.restore else _suite(options)


def _suite(options: argparse.Namespace) -> int:
    if importlib.util.find_spec("pytest") is None:
        raise MissingTool("pytest", "run make setup")
    if not _SUITE.is_dir():
        raise MissingTool("tests/hardware", "run this in a checkout of the repository")
    import pytest

    if options.target != SIM:
        _require_open(options.target)
    # However it is asked to end, the board is given back first.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    end = _End()
    code = pytest.main(arguments(options), plugins=[end])
    return Exit.INTERRUPTED if end.asked else _EXITS.get(int(code), Exit.FAILED)


def _require_open(target: str) -> None:
    """A board that is not there, busy or locked is said in one line, not by each test. Raises CableError."""
    from host_tools.harness.errors import FatalLine
    from host_tools.harness.rig import enter_repl

    with _cable(target) as cable, suppress(FatalLine):  # what a board dies of is for the tests to say
        enter_repl(cable)


class _End:
    """Hears how pytest ended: its exit code is the same for Ctrl-C and for a session that stopped itself."""

    asked = False

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        self.asked = excinfo.type is KeyboardInterrupt


def arguments(options: argparse.Namespace) -> list[str]:
    """The command line of pytest for these options."""
    chosen = [str(_SUITE), "--rootdir", str(_ROOT), "--target", options.target]
    chosen += ["--junit-xml", str(options.results)]
    chosen += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # host_tools runs already: this is a part of it
    for name in ("probe", "power", "radio"):
        if getattr(options, name) is not None:
            chosen += [f"--{name}", getattr(options, name)]
    chosen += [f"--{name}" for name in ("card", "battery", "hand") if getattr(options, name)]
    if options.only is not None:
        chosen += ["-k", options.only]
    elif options.target != SIM and not options.no_status:
        chosen.append("--write-status")
    return chosen


@contextmanager
def _cable(target: str) -> Generator[Cable]:
    from host_tools.cable.cable import Cable
    from host_tools.cable.target import resolve

    with Cable.open(resolve(target).device) as cable:
        yield cable


def _capabilities(options: argparse.Namespace) -> int:
    from host_tools.harness.rig import RigOptions, open_rig
    from host_tools.harness.target import CAPABILITIES

    asked = RigOptions(
        target=options.target,
        probe=options.probe or "none",
        power=options.power,
        radio=options.radio,
        card=options.card,
        battery=options.battery,
        hand=options.hand,
        give_back=False,
    )
    with open_rig(asked) as rig:
        target = rig.target
        rig.board.hard_reset()
    if options.json:
        answer = {**rig.properties(), "can": sorted(target.capabilities), "missing": dict(target.missing)}
        print(json.dumps(answer, indent=2))
        return Exit.OK
    print(target)
    for name, what in CAPABILITIES.items():
        reason = target.missing.get(name)
        print(f"{'yes' if reason is None else 'no ':3}  {name}: {what if reason is None else reason}")
    return Exit.OK


def _restore(options: argparse.Namespace) -> int:
    from host_tools.harness.backup import place
    from host_tools.harness.giving_back import restore
    from host_tools.harness.rig import back_ups

    if options.target == SIM:
        raise UsageError("--restore is for a board: a virtual one is new each time")
    with _cable(options.target) as cable:
        cable.enter_repl()
        changed = restore(cable, place(back_ups(), cable.info().unique_id, cable.port))
    print("\n".join(f"put back: {path}" for path in changed) or "the board holds what it was found with")
    return Exit.OK
