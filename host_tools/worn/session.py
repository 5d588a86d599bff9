"""Opens the app on glasses that answer: virtual ones, woken and paired where need be, or real ones near by."""

from __future__ import annotations

import argparse
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass

from companion_app.companion import Companion
from companion_app.sharing import egress
from host_tools.exits import UsageError
from host_tools.journey.button import hold_button
from host_tools.journey.glasses import board_errors, provisioned_glasses
from host_tools.journey.plan import default_photo
from host_tools.journey.progress import Tell
from host_tools.provisioning.setup_code import SetupCode
from host_tools.release.key_file import load_public
from host_tools.simulator import Simulator
from host_tools.simulator.interpreter import BEGINNING
from host_tools.simulator.radio.bleak_backend import VirtualAdapter, install, uninstall
from host_tools.worn.air import VIRTUAL
from host_tools.worn.errors import in_words
from host_tools.worn.home import DEFAULT, Home
from host_tools.worn.near import connect, open_app
from host_tools.worn.unlocking import virtual_vault

_PHONE_NAME = "this computer"


@dataclass(frozen=True)
class Worn:
    """The app, connected; `simulator` is the world of virtual glasses that this process woke, None for others."""

    app: Companion
    simulator: Simulator | None
    tell: Tell


@asynccontextmanager
async def open_glasses(options: argparse.Namespace, tell: Tell) -> AsyncGenerator[Worn]:
    """Connected glasses for as long as the block runs. `options` are those of `add_glasses_options`.

    Raises HostError; what the app raises inside the block becomes one too, in words.
    """
    egress.install([BEGINNING])
    with in_words():
        if options.radio != VIRTUAL:
            async with open_app(options.radio, options.folder, options.passphrase_file) as app:
                await connect(app)
                yield Worn(app, None, tell)
        else:
            home = Home(options.folder or DEFAULT)
            with home.locked():
                async with _virtual(home, options, tell) as worn:
                    yield worn


@asynccontextmanager
async def _virtual(home: Home, options: argparse.Namespace, tell: Tell) -> AsyncGenerator[Worn]:
    async with AsyncExitStack() as stack:
        undo = stack.enter_context(ExitStack())  # half a first run would be in the way of the next
        if not home.flash.exists():
            undo.callback(home.flash.unlink, missing_ok=True)
        key = getattr(options, "release_key", None)  # `plainsight update` alone has it
        glasses = provisioned_glasses(
            options.photo or default_photo(),
            options.profile,
            options.level,
            home.flash,
            release_key=load_public(key) if key else b"",
        )
        simulator, code = await stack.enter_async_context(glasses)
        install(VirtualAdapter(link=simulator.radio.link))
        stack.callback(uninstall)
        app = await Companion.open(virtual_vault(home.app, options.passphrase_file))
        stack.push_async_callback(app.close)
        _check_acquainted(home, app, code)
        with board_errors("waking the glasses"):
            await simulator.board.start()
            await simulator.board.wait_for_log("ready")
        stack.push_async_callback(simulator.board.kill)
        if code is None:
            if key:
                tell(f"--release-key {key} changes nothing: these glasses were provisioned before")
            await app.connect()
        else:
            try:
                await _pair(simulator, app, code, tell)
            finally:
                if app.paired:
                    undo.pop_all()
        yield Worn(app, simulator, tell)


def _check_acquainted(home: Home, app: Companion, code: SetupCode | None) -> None:
    """Glasses and app must both be new, or both know each other: nothing is wiped or forgotten in passing."""
    if app.paired and code is not None:
        raise UsageError(
            f"the app in {home.folder} is paired with glasses whose flash image is gone: remove the folder"
        )
    if not app.paired and code is None:
        raise UsageError(f"the glasses in {home.folder} belong to another app: remove the folder to begin anew")


async def _pair(simulator: Simulator, app: Companion, code: SetupCode, tell: Tell) -> None:
    tell("new virtual glasses: holding their button to pair them with this computer's app")
    await hold_button(simulator)
    await app.pair(code.qr_text, _PHONE_NAME)
