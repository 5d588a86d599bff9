"""The app beside the board that is measured: paired with the virtual one, or the owner's own, paired before."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from companion_app.companion import Companion
from companion_app.paths import default_folder
from companion_app.sharing import egress
from host_tools.cable.virtual import VirtualBoard
from host_tools.exits import HostError
from host_tools.provisioning.setup_code import SetupCode
from host_tools.simulator.radio.bleak_backend import VirtualAdapter, install, uninstall

_NAME = "bench"
_OPENS_S = 20.0


class NoPhone(HostError):
    """No phone can be used; `reason` says why, and what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@asynccontextmanager
async def owners_phone(folder: Path | None) -> AsyncGenerator[Companion]:
    """The app in `folder` on this computer's own Bluetooth adapter, connected. Raises NoPhone, AppError."""
    egress.install()
    app = await Companion.open(folder or default_folder())
    try:
        if not app.paired:
            raise NoPhone("this computer's app is not paired with the board: `plainsight app --radio system` pairs it")
        await app.connect()
        yield app
    finally:
        await app.close()


@asynccontextmanager
async def virtual_phone(board: VirtualBoard, code: SetupCode) -> AsyncGenerator[Companion]:
    """A new app on the virtual radio, paired with the virtual board, which runs and is ready, and connected."""
    egress.install()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="plainsight-bench-")))
        install(VirtualAdapter(hci_socket=board.hci_socket))
        stack.callback(uninstall)
        app = await Companion.open(folder)
        stack.push_async_callback(app.close)
        while pending := app.onboarding.pending():
            app.onboarding.answer(pending[0].id, "no")
        board.ask("button", press="down")
        try:
            board.ask("wait_for_log", text="pairing window open", timeout_s=_OPENS_S)
        finally:
            board.ask("button", press="up")
        await app.pair(code.qr_text, _NAME)
        yield app
