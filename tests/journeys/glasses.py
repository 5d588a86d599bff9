"""Virtual glasses beside the phone: real firmware, virtual Bluetooth, and a hand on their button."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from host_tools.provisioning.setup_code import SetupCode
from host_tools.simulator import Simulator, World
from host_tools.simulator.radio.bleak_backend import VirtualAdapter, install, uninstall, using
from tests.promises.rig import Home, tap


@dataclass(frozen=True)
class Glasses:
    """Glasses that are on; `code` came with them on a card."""

    sim: Simulator
    code: SetupCode

    @classmethod
    @asynccontextmanager
    async def on(cls, home: Home) -> AsyncIterator[Glasses]:
        """Switch them on; what is started inside the block goes over their radio."""
        async with AsyncExitStack() as stack:
            sim = await stack.enter_async_context(Simulator(flash=home.flash))
            install()
            stack.callback(uninstall)
            stack.enter_context(using(VirtualAdapter(link=sim.radio.link)))
            await sim.board.start()
            await sim.board.wait_for_log("ready")
            yield cls(sim, home.code)

    @property
    def world(self) -> World:
        """The physics."""
        return self.sim.world

    async def hold_button(self) -> None:
        """Press and hold, until the glasses let a phone pair."""
        seen = len(self.sim.board.log)
        self.world.button.press()
        try:
            await self.sim.board.wait_for_log("pairing window open", after=seen)
        finally:
            self.world.button.release()

    def tap_button(self) -> None:
        """A short press."""
        tap(self.world)
