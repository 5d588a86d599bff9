"""The window with virtual glasses: another process plays the glasses, this one runs the app's unmodified code."""

from __future__ import annotations

import argparse
import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from companion_app import main as companion_window
from companion_app.link.pins import PinStore
from companion_app.rooms import Rooms
from host_tools.exits import Exit, UsageError
from host_tools.journey.glasses import photo_errors
from host_tools.journey.plan import default_photo
from host_tools.provisioning.install import inspect, provision
from host_tools.provisioning.setup_code import SetupCode
from host_tools.simulator.radio.bleak_backend import VirtualAdapter, install, uninstall
from host_tools.simulator.radio.profiles import profile_named
from host_tools.simulator.world.scene import load_picture
from host_tools.window.guide import Guide
from host_tools.window.simulator_process import SimulatorProcess, simulator_process
from host_tools.window.tour import Tour
from host_tools.worn.home import Home
from host_tools.worn.unlocking import virtual_vault


def tell(line: str) -> None:
    """One line for the person at the terminal, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def run_virtual(options: argparse.Namespace, folder: Path) -> int:
    """Wake the glasses, open the window, guide or tour; returns when the window closes."""
    scene = _scene(options)
    async with AsyncExitStack() as stack:
        if options.tour:  # a tour starts from nothing, whatever was paired before
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="plainsight-tour-")))
        home = Home(folder)
        stack.enter_context(home.locked())
        tell("simulated glasses wake …")
        process = simulator_process(home.flash, options.profile, options.level)
        glasses = await stack.enter_async_context(process)
        guide = await awake(glasses, scene, options.level, home.app)
        install(VirtualAdapter(hci_socket=glasses.hci_socket, mtu=profile_named(options.profile).mtu))
        stack.callback(uninstall)
        if options.tour:
            return await _tour(folder, guide, options.screens)
        return await _guided(folder, guide)


def _scene(options: argparse.Namespace) -> Path:
    """The photo as the other process can find it. Raises PhotoError, before anything is started."""
    photo: Path = options.photo or default_photo()
    with photo_errors(photo):
        load_picture(photo)
    return photo.resolve()


async def awake(glasses: SimulatorProcess, photo: Path, level: str, app_folder: Path) -> Guide:
    """Show the scene, provision where the app knows no glasses, start the firmware. Raises UsageError, LinkError."""
    await glasses.command("show", path=str(photo))
    pins = PinStore(Rooms(virtual_vault(app_folder)).keys)
    code = await _fresh_code(glasses, level, pins.current is not None)
    await glasses.command("start")
    await glasses.command("wait_for_log", text="ready")
    return Guide(glasses, code, tell)


async def _fresh_code(glasses: SimulatorProcess, level: str, app_is_paired: bool) -> SetupCode | None:
    """A one-time code for an app that needs one. Glasses that another app used are wiped, and that is said."""
    provisioned = (await inspect(glasses)).provisioned
    if app_is_paired:
        if not provisioned:
            raise UsageError("the app is paired with glasses whose flash image is gone: remove the folder, begin anew")
        return None
    if provisioned:
        tell("These virtual glasses were provisioned before, but this app does not know them: they are wiped.")
    return await provision(glasses, level=level)


async def _guided(folder: Path, guide: Guide) -> int:
    guides: list[asyncio.Task[None]] = []

    def on_ready(app: Any) -> None:
        guides.append(asyncio.ensure_future(guide.run(app.models)))

    try:
        await companion_window.main(folder / "app", title_note="simulated", on_ready=on_ready)
    finally:
        for task in guides:
            task.cancel()
        await asyncio.gather(*guides, return_exceptions=True)
    return Exit.OK


async def _tour(folder: Path, guide: Guide, screens: Path) -> int:
    """Run the tour beside the window and close the window after it, however it ends."""
    tours: list[asyncio.Task[None]] = []

    async def walk(app: Any) -> None:
        try:
            await Tour(guide, screens, tell).run(app, app.models)
        finally:
            app.stop()

    def on_ready(app: Any) -> None:
        tours.append(asyncio.ensure_future(walk(app)))

    await companion_window.main(folder / "app", title_note="simulated", on_ready=on_ready)
    for task in tours:
        await task
    tell(f"the tour is over; screenshots are in {screens}")
    return Exit.OK
