"""The lock by touch: chosen, typed twice, opened again; nothing behind it shows before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from companion_app.ui.environment import PHONE_SIZE_DP
from companion_app.ui.view_models.door import DoorModel
from companion_app.ui.view_models.preferences import Preferences, PreferencesModel
from companion_app.ui.view_models.unlock import UnlockModel
from companion_app.vault import Vault
from tests.app.ports.keystores import MemoryKeystore

pytestmark = [pytest.mark.window, pytest.mark.usefixtures("kivy")]

WORDS = "four words of mine"


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[DoorModel]:
    door = DoorModel(
        PreferencesModel(Preferences(language="en")),
        lambda opened: UnlockModel(tmp_path / "app", MemoryKeystore(), opened),
    )
    yield door
    await door.close()


async def test_a_new_app_is_locked_by_a_passphrase_and_opened_by_it(door: DoorModel, tmp_path: Path) -> None:
    from tests.app.ui.window import Window

    async with Window.at_door(door, PHONE_SIZE_DP) as window:
        passphrase = window.button("A passphrase")
        keystore = window.button("The keystore of this system")
        assert passphrase.size == keystore.size
        assert not passphrase.chosen
        assert not keystore.chosen
        assert window.button("Lock with this").disabled
        await window.touch("A passphrase")
        assert window.says("If you forget it, nobody can open")
        first, again = window.fields()
        await window.type_into(first, WORDS)
        await window.type_into(again, WORDS)
        window.save("unlock-new")
        await window.touch("Lock with this")
        await window.until(lambda: window.says("May the glasses listen"), "the first login begins")
        assert Vault.kinds(tmp_path / "app") == ("passphrase",)
        locking = asyncio.ensure_future(door.lock())
        await window.until(lambda: window.says("Unlock Plainsight"), "the app is locked again")
        await locking
        assert not window.says("May the glasses listen")
        [field] = window.fields()
        await window.type_into(field, "not my words at all")
        await window.key("enter")
        await window.until(lambda: window.says("not the passphrase"), "a wrong one is told")
        [field] = window.fields()
        await window.type_into(field, WORDS)
        await window.touch("Unlock")
        await window.until(lambda: window.says("May the glasses listen"), "it goes on where it was")
