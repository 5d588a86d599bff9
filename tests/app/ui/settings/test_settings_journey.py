"""Settings by touch and key: a setting that the glasses confirm, the way back, and everything deleted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from plainsight import wire

from companion_app.companion import Companion
from companion_app.erasing.errors import GlassesNotErased
from companion_app.link.errors import GlassesNotFound
from companion_app.ui.view_models.settings import room
from tests.app.answered import answer_all
from tests.app.ui.conftest import OpenWindow
from tests.app.ui.fakes import FakeCompanion

if TYPE_CHECKING:
    from tests.app.ui.window import Window

pytestmark = pytest.mark.window


class Erasing:
    """Glasses out of reach first; without them it ends with a receipt in the folder that was named."""

    begun: Path | None = None

    def __init__(self, companion: Companion, folder: Path) -> None:
        del companion, folder

    async def run(self, parent: Path, tell: Any, *, without_glasses: bool = False) -> Path:
        del tell
        if not without_glasses:
            raise GlassesNotErased("aa", GlassesNotFound(5, pairing=False))
        (parent / "receipt.txt").write_text("everything")
        return parent


@pytest.fixture
def at_home(companion: FakeCompanion, monkeypatch: pytest.MonkeyPatch) -> FakeCompanion:
    answer_all(companion.onboarding)
    companion.be_paired()
    companion.arrive()
    held = {name: safe for name, (_, safe) in wire.SETTINGS.items()}

    async def change(**changes: Any) -> dict[str, Any]:
        companion._held_settings = {**held, **changes}
        return dict(companion._held_settings)

    companion._held_settings = held
    monkeypatch.setattr(companion, "change_settings", change)
    monkeypatch.setattr(room, "Erasing", Erasing)
    return companion


async def through(window: Window, title: str) -> None:
    """Touch the door with this title."""
    from companion_app.ui.screens.settings.door import DoorRow

    (door,) = (one for one in window.widgets(DoorRow) if one.title == title)
    await window.touch_widget(door)


async def write(window: Window, key: str, text: str) -> None:
    """Touch the field that the model knows by `key`, and type."""
    from companion_app.ui.screens.settings.blocks_page import EntryField

    (field,) = (one for one in window.widgets(EntryField) if one.block.key == key)
    field.ids.input.text = ""
    await window.touch_widget(field.ids.input)
    for character in text:
        field.ids.input.insert_text(character)
    await window.settle()


async def test_a_setting_is_confirmed_and_everything_can_be_deleted(
    open_window: OpenWindow, at_home: FakeCompanion, tmp_path: Path
) -> None:
    """One window for all of it: opening one costs more than what is done in it."""
    window = await open_window()
    await window.until(lambda: window.says("Connected"), "it connects by itself")
    await window.go("settings")
    await changes_a_setting(window, at_home)
    await deletes_everything(window, tmp_path)


async def changes_a_setting(window: Window, companion: FakeCompanion) -> None:
    await through(window, "Settings of the glasses")
    await window.touch("Button")
    await window.until(lambda: window.says("Confirmed by the glasses"), "they say that they hold it")
    assert companion.settings["button"] is False
    assert not window.button("Button").chosen
    window.save("settings-glasses")
    await window.key("escape")
    assert window.app.page.title == "Settings"


async def deletes_everything(window: Window, folder: Path) -> None:
    await through(window, "Delete everything everywhere")
    assert window.button("Delete everything").disabled
    await write(window, "folder", str(folder))
    await write(window, "typed", "delete everythinG")
    assert not window.button("Delete everything").disabled, "capitals are no other words"
    window.save("settings-erase")
    await window.touch("Delete everything")
    await window.until(lambda: window.says("The glasses were not erased."), "they are out of reach")
    await window.touch("Go on without the glasses")
    await window.until(lambda: window.says("Everything is deleted"), "it is told")
    assert window.says(str(folder))
    assert window.models is not None
    assert [one.caption for one in window.widgets(_action())] == ["Close"], "there is nothing else to do"
    window.save("gone")


def _action() -> type[Any]:
    from companion_app.ui.widgets.action import Action

    return Action
