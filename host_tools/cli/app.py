"""`plainsight app`: the companion window, with virtual glasses or with a real radio."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from pathlib import Path

from host_tools.cli.parsing import Commands, add_command, folder_to_fill
from host_tools.cli.run import run_async
from host_tools.exits import MissingTool
from host_tools.journey.plan import DEFAULT_PROFILE, LEVELS
from host_tools.simulator.radio.profiles import PROFILES
from host_tools.window import display

_BUILD = Path(__file__).resolve().parents[2] / "build"

_EXAMPLES = """\
  plainsight app                    virtual glasses and the window; without a display, the tour
  plainsight app --tour             walk the main job, save screenshots, end
  plainsight app --radio system     real glasses over this computer's Bluetooth adapter

Without a display a virtual one (Xvfb) is started and the tour runs on it. The same job in the terminal: plainsight demo

"""


def add_parser(commands: Commands) -> None:
    """Add `app` to the command line."""
    parser = add_command(
        commands,
        "app",
        summary="open the companion window",
        description="Wake virtual glasses in a process of their own, open the window, pair and show the scene.",
        examples=_EXAMPLES,
    )
    parser.add_argument("--radio", choices=("virtual", "system"), default="virtual", help="default: %(default)s")
    parser.add_argument("--tour", action="store_true", help="walk the main job by itself, save screenshots, end")
    parser.add_argument("--photo", type=Path, metavar="FILE", help="the scene (default: a photograph that ships)")
    parser.add_argument(
        "--profile", choices=tuple(PROFILES), default=DEFAULT_PROFILE, help="radio profile (default: %(default)s)"
    )
    parser.add_argument(
        "--level", choices=LEVELS, default="optical", help="how the light is proven (default: %(default)s)"
    )
    parser.add_argument(
        "--folder",
        type=Path,
        metavar="DIR",
        help="where app and glasses keep their data (default: build/virtual); a tour keeps none",
    )
    parser.add_argument(
        "--screens",
        type=folder_to_fill,
        metavar="DIR",
        default=_BUILD / "screens",
        help="screenshots of the tour (default: build/screens)",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Open the window; returns when it is closed, or when the tour is over."""
    with ExitStack() as stack:
        if not display.present():
            if options.radio == "system":
                raise MissingTool(
                    "a display", "the window of real glasses is for a person; no tour can press its button"
                )
            name = stack.enter_context(display.virtual_display())
            print(
                f"no display: a virtual one ({name}) was started; screenshots are saved in {options.screens}",
                flush=True,
            )
            options.tour = True
        if options.radio == "system":
            from host_tools.window.real import run_window

            return run_async(run_window(options.folder))
        from host_tools.window.virtual import run_virtual

        folder = options.folder or _BUILD / "virtual"
        return run_async(run_virtual(options, folder))
