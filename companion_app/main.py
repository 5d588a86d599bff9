"""The companion app's entry. Importing this draws nothing: Kivy is imported when the window opens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from companion_app.alone import alone
from companion_app.companion import Companion
from companion_app.sharing import egress
from companion_app.ui import environment
from companion_app.ui.theme.appearance import Appearance
from companion_app.ui.view_models.door import DoorModel
from companion_app.ui.view_models.preferences import Preferences, PreferencesModel
from companion_app.ui.view_models.shell import ShellModel
from companion_app.vault import Vault

if TYPE_CHECKING:
    from companion_app.ui.app import PlainsightApp

_DEFAULT_APPEARANCE = Appearance()
_NOTES = {"": "", "simulated": "Simulated glasses"}


async def main(
    folder: Path,
    *,
    unlock: Callable[[Path], Vault],
    title_note: str = "",
    on_ready: Callable[[PlainsightApp], None] | None = None,
) -> None:
    """Close the network to everything but sharing, `unlock` the companion in `folder`, show its window, close both.
    Raises LedgerInUse, and what unlocking and opening raise."""
    egress.install()
    with alone(folder):
        companion = await Companion.open(unlock(folder))
        try:
            await run(companion, title_note=title_note, on_ready=on_ready, kivy_home=folder / "kivy")
        finally:
            await companion.close()


async def run(
    companion: Companion,
    *,
    title_note: str = "",
    on_ready: Callable[[PlainsightApp], None] | None = None,
    appearance: Appearance = _DEFAULT_APPEARANCE,
    kivy_home: Path = Path("build/kivy"),
) -> None:
    """Show `companion` in a window until it is closed, on the running event loop, which Bleak shares.

    `title_note` "simulated" makes every screen say so; any other text stands as it is. `on_ready(app)` is called once
    after the first frame; `app.models` are the view-models; `app.settled()`, `app.save_screenshot(path)` and
    `app.stop()` are what they say.
    """
    environment.prepare(kivy_home)
    from companion_app.ui.app import PlainsightApp

    preferences = PreferencesModel(Preferences.of(appearance))
    door = DoorModel.open_to(ShellModel(companion), preferences)
    app = PlainsightApp(door, note=_NOTES.get(title_note, title_note), on_ready=on_ready)
    try:
        await app.async_run("asyncio")
    finally:
        await app.close()
