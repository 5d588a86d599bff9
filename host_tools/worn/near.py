"""The app beside glasses that run by themselves: real ones near by, or virtual ones in another process."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from companion_app.alone import alone
from companion_app.companion import Companion
from companion_app.link.errors import GlassesNotFound
from companion_app.paths import default_folder
from host_tools.exits import LinkError, UsageError
from host_tools.journey.progress import Tell
from host_tools.simulator import ControlClient, ControlLost, ControlRefused
from host_tools.simulator.radio.bleak_backend import VirtualAdapter, install, uninstall
from host_tools.worn.home import DEFAULT
from host_tools.worn.unlocking import real_vault, virtual_vault

BESIDE_A_SOCKET = DEFAULT.with_name("simulated")
_CONTROL = "control"  # the world's socket, in the folder of the radio's
_SEARCHES = 8  # of 15 s each: as long as a pairing window stays open


@asynccontextmanager
async def open_app(
    air: str | Path, folder: Path | None, passphrase_file: Path | None = None
) -> AsyncGenerator[Companion]:
    """The app, not connected yet. `air` is system or an HCI socket; `folder` holds the app's data alone."""
    async with AsyncExitStack() as stack:
        unlock = real_vault
        if isinstance(air, Path):
            unlock = virtual_vault
            install(VirtualAdapter(hci_socket=air))
            stack.callback(uninstall)
            folder = folder or BESIDE_A_SOCKET
        folder = folder or default_folder()
        stack.enter_context(alone(folder))
        app = await Companion.open(unlock(folder, passphrase_file))
        stack.push_async_callback(app.close)
        yield app


async def connect(app: Companion) -> None:
    """A session with the paired glasses. Raises UsageError where none are, and what the app raises."""
    if not app.paired:
        raise UsageError("no glasses are paired with this computer: `plainsight pair` does that")
    await app.connect()


async def pair(app: Companion, air: str | Path, code: str, name: str, tell: Tell) -> None:
    """Pair with glasses whose button somebody holds; connected afterwards. Raises UsageError, LinkError, AppError."""
    if app.paired:
        raise UsageError("glasses are paired with this computer already: name another --folder for others")
    if not isinstance(air, Path):
        tell("hold the glasses' button for five seconds, until their status light flashes evenly: two minutes to do it")
    for left in reversed(range(_SEARCHES)):
        try:
            async with _hand_on_the_button(air, tell):
                await app.pair(code, name)
        except GlassesNotFound:
            if not left:
                raise
        else:
            return


@asynccontextmanager
async def _hand_on_the_button(air: str | Path, tell: Tell) -> AsyncGenerator[None]:
    """Virtual glasses have nobody else to hold their button; a person's hand is the person's."""
    if not isinstance(air, Path):
        yield
        return
    tell("simulated: holding the button of the virtual glasses")
    try:
        async with ControlClient(_control_beside(air)) as control:
            await control.ask("button", press="down")
            try:
                yield
            finally:
                await control.ask("button", press="up")
    except (ControlRefused, ControlLost, OSError) as error:
        raise LinkError("pairing", f"nobody can hold the virtual glasses' button: {error}") from error


def _control_beside(air: Path) -> Path:
    """The world's socket; `air` may be a link with another name elsewhere."""
    return air.resolve().with_name(_CONTROL)
