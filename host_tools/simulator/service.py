"""The simulator as a process: one JSON line with its sockets when ready, then it serves until it is told to end.

It ends, with the board, on SIGTERM or SIGINT, when a pipe at its standard input closes, and when its parent dies.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import json
import os
import signal
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

from host_tools.simulator.chip import IMAGES, PLAINSIGHT
from host_tools.simulator.radio.profiles import PROFILES
from host_tools.simulator.simulator import Simulator

_PR_SET_PDEATHSIG = 1
_LEVELS = ("software", "current", "optical")


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and serve; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m host_tools.simulator", description=__doc__)
    parser.add_argument("--flash", type=Path, help="flash image that is kept (default: a new one, thrown away)")
    parser.add_argument("--profile", default="phone_30ms", choices=sorted(PROFILES))
    parser.add_argument("--level", default="optical", choices=_LEVELS, help="which light sensors are fitted")
    parser.add_argument("--board", default="xiao_esp32s3")
    parser.add_argument("--main", type=Path, help="program to run instead of the board's main.py")
    parser.add_argument("--start", action="store_true", help="switch the board on at once")
    parser.add_argument(
        "--image",
        default=PLAINSIGHT,
        choices=(*IMAGES, "none"),
        help="what a new chip holds: the glasses' firmware, MicroPython alone, or nothing (default: %(default)s)",
    )
    parser.add_argument("--cable", action="store_true", help="with a USB cable in it: a serial port, and --start")
    parser.add_argument("--keyword", type=Path, help="the model of an own phrase, instead of the one that ships")
    parser.add_argument("--probe", action="store_true", help="with a probe: a second board on a serial port of its own")
    options = parser.parse_args(arguments)
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        return 0
    asyncio.run(_serve(options))
    return 0


async def _serve(options: argparse.Namespace) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    _watch_input(loop, ended)
    glasses = Simulator(
        options.profile,
        options.flash,
        options.board,
        options.level,
        main=options.main,
        cable=options.cable,
        image=None if options.image == "none" else options.image,
        probe=options.probe,
        keyword=options.keyword,
    )
    async with glasses as simulator:
        if options.start or options.cable:
            await simulator.board.start()
        ready = {
            "hci_socket": str(simulator.hci_socket),
            "control_socket": str(simulator.control_socket),
            "board": options.board,
            "simulated": True,
            **({"port": str(simulator.port)} if options.cable else {}),
            **({"probe_port": str(simulator.probe.port)} if simulator.probe is not None else {}),
        }
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        await ended.wait()


def _watch_input(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
    """Notice the end of a pipe or socket at standard input; a terminal or /dev/null says nothing about a parent."""
    number = sys.stdin.fileno()
    mode = os.fstat(number).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        return

    def on_input() -> None:
        if not os.read(number, 4096):
            loop.remove_reader(number)
            ended.set()

    loop.add_reader(number, on_input)
