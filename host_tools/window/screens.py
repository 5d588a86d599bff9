"""`make screenshots`: every screen over virtual glasses, in every look, into build/screens/<look>/<number>-<name>.png.

python -m host_tools.window.screens [--into DIR] [--only LOOK …]
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from companion_app import main as companion_window
from companion_app.alone import alone
from companion_app.sharing import egress
from companion_app.ui.view_models.door import DoorModel
from companion_app.ui.view_models.preferences import Preferences, PreferencesModel
from host_tools.exits import Exit, HostError
from host_tools.journey.plan import DEFAULT_PROFILE, default_photo
from host_tools.provisioning.install import provision
from host_tools.simulator.radio.bleak_backend import VirtualAdapter, install, uninstall
from host_tools.simulator.radio.profiles import profile_named
from host_tools.window import display
from host_tools.window.guide import Guide
from host_tools.window.looks import LOOKS, Camera
from host_tools.window.simulator_process import simulator_process
from host_tools.window.visit import Visit
from host_tools.worn.errors import in_words

_INTO = Path(__file__).resolve().parents[2] / "build" / "screens"
_SCREEN = "1280x1000x24"  # the widest look fits
_LEVEL = "optical"


class NoKeystore:
    """This computer's own keystore is nobody's business here: the pictures show the passphrase."""

    name = "none"

    def check(self) -> None:
        """There is none to choose."""
        from companion_app.ports.errors import KeystoreMissing

        raise KeystoreMissing(self.name)

    def put(self, entry: str, secret: bytes) -> None:
        """Never asked: `check` says so."""
        raise AssertionError(entry, len(secret))

    def get(self, entry: str) -> bytes:
        """Never asked: `check` says so."""
        raise AssertionError(entry)

    def remove(self, entry: str) -> None:
        """Never asked: `check` says so."""
        raise AssertionError(entry)


def tell(line: str) -> None:
    """One line for the person at the terminal, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def take(into: Path, looks: Sequence[str]) -> int:
    """Wake virtual glasses, walk through the app, and leave the pictures. Raises HostError, AppError."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="plainsight-screens-")))
        glasses = await stack.enter_async_context(simulator_process(folder / "glasses.img", DEFAULT_PROFILE, _LEVEL))
        await glasses.command("show", path=str(default_photo()))
        guide = Guide(glasses, await provision(glasses, level=_LEVEL), tell)
        await glasses.command("start")
        await glasses.command("wait_for_log", text="ready")
        install(VirtualAdapter(hci_socket=glasses.hci_socket, mtu=profile_named(DEFAULT_PROFILE).mtu))
        stack.callback(uninstall)
        egress.install()  # from here on as the app itself does
        stack.enter_context(alone(folder / "app"))
        door = DoorModel.of_folder(folder / "app", NoKeystore(), PreferencesModel(Preferences(lock_after_min=0)))
        stack.push_async_callback(door.close)
        await _shown(door, folder, lambda app: Visit(app, guide, Camera(app, into, looks, tell)).run())
    return Exit.OK


async def _shown(door: DoorModel, folder: Path, walk: Callable[[Any], Any]) -> None:
    """The window for as long as the walk takes; what the walk raises ends both."""
    walks: list[asyncio.Task[None]] = []

    async def walked(app: Any) -> None:
        try:
            await walk(app)
        finally:
            app.stop()

    def on_shown(app: Any) -> None:
        walks.append(asyncio.ensure_future(walked(app)))

    await companion_window.show(door, title_note="simulated", on_shown=on_shown, kivy_home=folder / "kivy")
    for task in walks:
        await task


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="screens", description="Take a picture of every screen in every look.")
    parser.add_argument("--into", type=Path, default=_INTO, metavar="DIR", help="default: build/screens")
    parser.add_argument("--only", choices=tuple(LOOKS), nargs="+", default=tuple(LOOKS), metavar="LOOK")
    options = parser.parse_args(arguments)
    try:
        with in_words(), display.virtual_display(_SCREEN):
            return asyncio.run(take(options.into, options.only))
    except HostError as error:
        sys.stderr.write(f"screens: {error}\n")
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
