"""Walks a person through the first run: holds the virtual button and enters the code when it is time for it.

What the person must decide is left to the person: the voice question, and whether anything is shared.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.shell import ScreenName, ShellModel
from host_tools.journey.button import LET_GO_S, TAP_MS
from host_tools.journey.progress import Tell
from host_tools.provisioning.setup_code import SetupCode
from host_tools.window.simulator_process import SimulatorProcess


async def until(model: Observable, true: Callable[[], bool]) -> None:
    """Wait until a view-model's change makes `true()` so."""
    changed = asyncio.Event()
    end = model.observe(changed.set)
    try:
        while not true():
            changed.clear()
            await changed.wait()
    finally:
        end()


class Guide:
    """One guided run over the window's view-models and the virtual glasses; `code` is None for a paired app."""

    def __init__(self, glasses: SimulatorProcess, code: SetupCode | None, tell: Tell) -> None:
        self._glasses = glasses
        self._code = code
        self._tell = tell

    async def run(self, shell: ShellModel) -> None:
        """Pair as soon as the voice question is answered, then take the first picture by the glasses' button."""
        if shell.screen is ScreenName.FIRST_LOGIN:
            self._tell("The window asks some questions first; only you can answer them.")
        await until(shell, lambda: shell.screen is not ScreenName.FIRST_LOGIN)
        if shell.screen is ScreenName.PAIR:
            await self.pair(shell)
        if shell.home.picture is None and shell.home.connected:
            await self.press_button()
        self._tell("Ask about the picture in the window. Close the window or press Ctrl-C to end.")

    async def pair(self, shell: ShellModel) -> None:
        """Hold the glasses' button and enter the one-time code, as a person with the card in hand would."""
        if self._code is None:
            return
        self._tell(f"Pairing: holding the button of the glasses; one-time code {self._code.typed}")
        await self._glasses.command("button", press="down")
        try:
            shell.pair.set_code(self._code.qr_text)
            await shell.pair.pair()  # it looks for glasses whose pairing window is open, so it waits out the hold
        finally:
            await self._glasses.command("button", press="up")
        await asyncio.sleep(LET_GO_S)

    async def press_button(self) -> None:
        """A short press on the glasses: light, proof, exposure."""
        self._tell("Pressing the button of the glasses: light on, proof, exposure.")
        await self._glasses.command("button", press="tap", ms=TAP_MS)
