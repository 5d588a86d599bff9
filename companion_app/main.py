"""The companion app's entry. Importing this draws nothing: Kivy is imported when the window opens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from companion_app.alone import alone
from companion_app.language import N_
from companion_app.ports.keystore import system_keystore
from companion_app.sharing import egress
from companion_app.ui import environment
from companion_app.ui.theme.appearance import Appearance
from companion_app.ui.view_models.door import DoorModel
from companion_app.ui.view_models.preferences import Preferences, PreferencesModel

if TYPE_CHECKING:
    from companion_app.companion import Companion
    from companion_app.ui.app import PlainsightApp

_DEFAULT_APPEARANCE = Appearance()
_NOTES = {"": "", "simulated": N_("Simulated glasses")}
_ERASING = "erasing.json"  # lies there where deleting everything was interrupted (companion_app/erasing)


async def main(folder: Path, *, title_note: str = "", on_ready: Callable[[PlainsightApp], None] | None = None) -> None:
    """Close the network to everything but sharing, show the window over what lies in `folder`, locked until the wearer
    opens it there, and close both. Raises LedgerInUse."""
    egress.install()
    with alone(folder):
        if (folder / _ERASING).exists():
            _finish_erasing(folder)
        door = DoorModel.of_folder(folder, system_keystore(), PreferencesModel.open(folder))
        try:
            await show(door, title_note=title_note, on_ready=on_ready, kivy_home=folder / "kivy")
        finally:
            await door.close()


async def run(
    companion: Companion,
    *,
    title_note: str = "",
    on_ready: Callable[[PlainsightApp], None] | None = None,
    appearance: Appearance = _DEFAULT_APPEARANCE,
    kivy_home: Path = Path("build/kivy"),
) -> None:
    """`show` for a companion that is open already, and stays so."""
    from companion_app.ui.view_models.shell import ShellModel

    preferences = PreferencesModel(Preferences.of(appearance))
    door = DoorModel.open_to(ShellModel(companion, preferences=preferences), preferences)
    await show(door, title_note=title_note, on_ready=on_ready, kivy_home=kivy_home)


async def show(
    door: DoorModel,
    *,
    title_note: str = "",
    on_ready: Callable[[PlainsightApp], None] | None = None,
    on_shown: Callable[[PlainsightApp], None] | None = None,
    kivy_home: Path = Path("build/kivy"),
) -> None:
    """Show what is behind `door` in a window until it is closed, on the running event loop, which Bleak shares.

    `title_note` "simulated" makes every screen say so; any other text stands as it is. `on_shown(app)` is called once
    after the first frame, and `on_ready(app)` once, when the door stands open, too: then `app.models` are the
    view-models. `app.settled()`, `app.save_screenshot(path)` and `app.stop()` are what they say.
    """
    environment.prepare(kivy_home)
    from companion_app.ui.app import PlainsightApp

    app = PlainsightApp(door, note=_NOTES.get(title_note, title_note), on_ready=on_ready, on_shown=on_shown)
    try:
        await app.async_run("asyncio")
    finally:
        await app.close()


def _finish_erasing(folder: Path) -> None:
    """Everything was to be deleted, and the power went: the key is gone, and the rest goes before anything is shown."""
    from companion_app.erasing.unfinished import finish

    finish(folder)
