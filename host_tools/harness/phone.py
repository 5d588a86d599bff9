"""The real app as a test's phone: its own event loop in a thread, over the virtual radio or this computer's adapter."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

from companion_app.companion import Companion
from host_tools.harness.board import HilBoard
from host_tools.harness.rig import Rig
from host_tools.provisioning.setup_code import SetupCode
from host_tools.simulator.radio.bleak_backend import VirtualAdapter, install, uninstall
from host_tools.worn.unlocking import virtual_vault

_T = TypeVar("_T")
NAME = "test phone"
_CALL_S = 60.0
_END_S = 10.0


class Phone:
    """`call(lambda app: app.connect())` runs in the app's loop and waits; what it raises is raised here."""

    def __init__(self, folder: Path, board: HilBoard) -> None:
        self._board = board
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="test phone", daemon=True)
        self._thread.start()
        self.app = self._wait(Companion.open(virtual_vault(folder)), _CALL_S)

    def call(self, act: Callable[[Companion], Awaitable[_T]], timeout_s: float = _CALL_S) -> _T:
        """What `act` gives. Raises TimeoutError, and what the app raises."""
        return self._wait(act(self.app), timeout_s)

    def pair(self, code: SetupCode) -> None:
        """Hold the glasses' button until they open their window, and pair; connected afterwards."""
        with self._board.button_held():
            self._board.expect("pairing window open")
        self.call(lambda app: app.pair(code.qr_text, NAME))

    def connect(self) -> None:
        """A session with the paired glasses."""
        self.call(lambda app: app.connect())

    def drop(self) -> None:
        """The phone goes away in the middle of whatever it does."""
        self.call(lambda app: app.disconnect())

    def close(self) -> None:
        """Close the app and end its thread."""
        try:
            self._wait(self.app.close(), _END_S)
            self._wait(_cancel_the_rest(), _END_S)
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_END_S)
            self._loop.close()

    def _wait(self, awaited: Awaitable[_T], timeout_s: float) -> _T:
        async def run() -> _T:
            async with asyncio.timeout(timeout_s):
                return await awaited

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result()


async def _cancel_the_rest() -> None:
    """What the radio does after the app has gone: a connection that is being made, an advertisement waited for."""
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)


@contextmanager
def open_phone(rig: Rig, folder: Path) -> Generator[Phone]:
    """A new phone that has never seen these glasses; its data lies below `folder`. Raises MissingCapability."""
    rig.target.require("radio")
    with ExitStack() as stack:
        if rig.world is not None:
            install(VirtualAdapter(hci_socket=rig.world.hci_socket))
            stack.callback(uninstall)
        phone = Phone(folder, rig.board)
        stack.callback(phone.close)
        yield phone
