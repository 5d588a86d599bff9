"""`plainsight probe`: bring the probe's firmware to its board, see what it sees, try what it does."""

from __future__ import annotations

import argparse
import contextlib
import json
import time
from collections.abc import Generator
from dataclasses import asdict
from typing import TYPE_CHECKING

from host_tools.cable.target import SIM, add_target_option, open_target
from host_tools.cable.virtual import VirtualBoard
from host_tools.cli.output import add_json_option
from host_tools.cli.parsing import Commands, add_command, whole_number
from host_tools.cli.terminal import say
from host_tools.exits import Exit, UsageError

if TYPE_CHECKING:
    from host_tools.harness.probe import Probe

_CODES = (Exit.OK, Exit.FAILED, Exit.USAGE, Exit.HOST, Exit.BOARD, Exit.INTERRUPTED)
_EXAMPLES = """\
  plainsight probe install --target /dev/ttyACM1        onto an ESP32-S3 or a Pico that runs MicroPython
  plainsight probe watch --target /dev/ttyACM1          one line a second: light, current, flashes; Ctrl-C ends it
  plainsight probe watch --target /dev/ttyACM1 --count 1 --json
  plainsight probe try open --target /dev/ttyACM1       break the capture light for 5 s; also short, replace, cover
  plainsight probe try power --target /dev/ttyACM1 --seconds 2    take the glasses' supply away for 2 s
  plainsight probe try button --target /dev/ttyACM1 --seconds 1   press their button for 1 s

Parts and wiring: hardware/probe/README.md; what it is for: docs/probe.md.

"""
_PERIOD_S = 1.0
_SWITCHES = ("open", "short", "replace", "cover", "button", "power")


def add_parser(commands: Commands) -> None:
    """Add `probe` to the command line."""
    parser = add_command(
        commands,
        "probe",
        summary="the second board that watches and breaks the capture light",
        description="Install the probe's firmware, see what the probe sees, or try one of its switches.",
        examples=_EXAMPLES,
        codes=_CODES,
    )
    parser.add_argument("act", choices=("install", "watch", "try"))
    parser.add_argument("switch", nargs="?", choices=_SWITCHES, help="what to try")
    add_target_option(parser)
    parser.add_argument("--count", type=whole_number(1, 1_000_000), help="end `watch` after so many lines")
    parser.add_argument("--seconds", type=whole_number(1, 60), default=5, help="how long to `try` (default: 5)")
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Do one of the three. Raises UsageError."""
    if (options.act == "try") != (options.switch is not None):
        raise UsageError(f"`try` takes one of {', '.join(_SWITCHES)}; `install` and `watch` take none")
    if options.act == "install":
        return _install(options)
    with _probe(options.target) as probe:
        if probe.hello.simulated:
            say("simulated")
        return _watch(probe, options) if options.act == "watch" else _try(probe, options)


@contextlib.contextmanager
def _probe(target: str | None) -> Generator[Probe]:
    """The probe on this port; with sim a virtual one beside virtual glasses."""
    from host_tools.harness.probe import Probe

    with contextlib.ExitStack() as stack:
        if target == SIM:
            port = stack.enter_context(VirtualBoard(probe=True)).probe_port
            assert port is not None, "a world with a probe says where it is"
        else:
            port = stack.enter_context(open_target(target)).port
        yield stack.enter_context(Probe.open(port))


def _install(options: argparse.Namespace) -> int:
    from host_tools.harness.probe.install import install

    with open_target(options.target, image="micropython") as opened:
        say(f"board: {opened.label}")
        done = install(opened.port, say)
    if options.json:
        print(json.dumps(asdict(done), indent=2))
    else:
        changed = f"{len(done.sent)} files sent" if done.sent else "up to date"
        print(f"{done.port}: probe {done.hello.version} on {done.hello.board} ({done.hello.machine}), {changed}")
    return Exit.OK


def _watch(probe: Probe, options: argparse.Namespace) -> int:
    """A line a second; flashes as their number since the line before."""
    before, lines = probe.sense(), 0
    while options.count is None or lines < options.count:
        time.sleep(_PERIOD_S)
        now = probe.sense()
        flashes, seconds = now.pulses - before.pulses, (now.at_us - before.at_us) / 1e6
        before, lines = now, lines + 1
        if options.json:
            print(json.dumps({**asdict(now), "flashes_hz": flashes / seconds}), flush=True)
            continue
        state = "lit " if now.lit else "dark"
        figures = f"{now.light_mv:6.0f} mV  {now.current_ma:6.2f} mA  {flashes / seconds:6.0f} flashes/s"
        print(f"{now.at_us / 1e6:10.3f} s  {state}  {figures}", flush=True)
    return Exit.OK


def _try(probe: Probe, options: argparse.Namespace) -> int:
    """Switch it for a while; leaving the probe mends everything, also after Ctrl-C."""
    switch = options.switch
    say(f"{switch} for {options.seconds} s")
    if switch == "power":
        probe.power(False)
    elif switch == "button":
        probe.button(True)
    else:
        probe.led(switch, True)
    time.sleep(options.seconds)
    sense = probe.sense()
    probe.mend()
    print(json.dumps(asdict(sense)) if options.json else f"{switch} was on, and is mended: {_seen(sense.lit)}")
    return Exit.OK


def _seen(lit: bool) -> str:
    return "the light was seen meanwhile" if lit else "no light was seen at its end"
