"""The door: the window before anything is open, what locks it again, and what the window keeps in the clear."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from companion_app.companion import Companion
from companion_app.ledger.errors import LedgerWriteFailed
from companion_app.link.client import GlassesClient
from companion_app.ui.theme.appearance import Appearance
from companion_app.ui.view_models.door import DoorModel
from companion_app.ui.view_models.preferences import FILE, Preferences, PreferencesModel, Scheme, read_preferences
from companion_app.ui.view_models.shell import ShellModel
from companion_app.ui.view_models.unlock import UnlockModel
from companion_app.vault import KeyBeside, Vault
from tests.app.answered import answer_all
from tests.app.ports.keystores import MemoryKeystore
from tests.app.ui.fakes import FakeCompanion

KEYSTORE, MINUTE_S = "keystore", 60.0


class Steady:
    """A clock that only the test moves."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def steady() -> Steady:
    return Steady()


@pytest.fixture
async def door(tmp_path: Path, steady: Steady) -> AsyncIterator[DoorModel]:
    """Over an empty folder and a keystore that works."""
    keystore = MemoryKeystore()
    door = DoorModel(
        PreferencesModel(Preferences(lock_after_min=5)),
        lambda opened: UnlockModel(tmp_path / "app", keystore, opened),
        steady_s=steady,
    )
    yield door
    await door.close()


async def opened(door: DoorModel) -> ShellModel:
    """The wearer locks the new app by the keystore, and is in."""
    await door.begin()
    assert door.unlock is not None
    door.unlock.choose(KEYSTORE)
    await door.unlock.create()
    assert door.shell is not None, door.unlock.problem
    return door.shell


class TestDoor:
    async def test_nothing_is_open_before_the_wearer_opens_it(self, door: DoorModel, tmp_path: Path) -> None:
        await door.begin()
        assert door.shell is None
        assert not (tmp_path / "app").exists(), "not even looked into"

    async def test_locking_closes_everything_and_the_same_key_opens_it_again(self, door: DoorModel) -> None:
        first = await opened(door)
        answer_all(first._companion.onboarding)
        said = len(first._companion.ledger.entries())
        await door.lock()
        assert door.shell is None
        await door.unlock.unlock_by_keystore()
        assert door.shell is not None
        assert door.shell is not first
        assert len(door.shell._companion.ledger.entries()) == said

    async def test_the_key_is_forgotten_when_it_locks(self, door: DoorModel) -> None:
        await opened(door)
        vault = door._vault
        await door.lock()
        assert vault.locked

    async def test_it_locks_by_itself_only_when_left_alone_for_so_long(self, door: DoorModel, steady: Steady) -> None:
        await opened(door)
        steady.now_s += 5 * MINUTE_S - 1
        assert not door.is_left_alone
        door.touched()
        steady.now_s += 5 * MINUTE_S - 1
        assert not door.is_left_alone
        steady.now_s += 1
        assert door.is_left_alone
        door.preferences.change(lock_after_min=0)
        assert not door.is_left_alone, "the wearer said never"

    async def test_a_live_session_is_not_left_alone(
        self, door: DoorModel, steady: Steady, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shell = await opened(door)
        steady.now_s += 6 * MINUTE_S
        assert door.is_left_alone
        monkeypatch.setattr(type(shell.live), "running", property(lambda _: True))
        assert not door.is_left_alone

    async def test_deleting_everything_is_not_cut_off_by_the_lock(self, door: DoorModel, steady: Steady) -> None:
        shell = await opened(door)
        page = shell.settings._erase()
        shell.settings.enter(page)
        steady.now_s += 6 * MINUTE_S
        assert door.is_left_alone
        page.running = True
        assert not door.is_left_alone

    async def test_a_key_that_lies_beside_opens_by_itself_and_locks_nobody_out(
        self, tmp_path: Path, steady: Steady
    ) -> None:
        Vault.create(tmp_path / "app", KeyBeside()).lock()
        door = DoorModel.of_folder(tmp_path / "app", MemoryKeystore(), PreferencesModel(Preferences(lock_after_min=1)))
        try:
            await door.begin()
            assert door.shell is not None
            assert not door.can_lock
            await door.lock()
            assert door.shell is not None
        finally:
            await door.close()

    async def test_what_fails_behind_the_door_is_told_at_the_door(self, tmp_path: Path) -> None:
        async def fail(_: object) -> Companion:
            raise LedgerWriteFailed("consent", 28)

        Vault.create(tmp_path / "app", KeyBeside()).lock()
        door = DoorModel(
            PreferencesModel(Preferences()),
            lambda entered: UnlockModel(tmp_path / "app", MemoryKeystore(), entered),
            open_companion=fail,
        )
        await door.begin()
        assert door.shell is None
        assert door.unlock.problem is not None

    async def test_after_everything_was_deleted_the_door_says_where_the_receipt_lies(
        self, companion: FakeCompanion
    ) -> None:
        shell = ShellModel(companion)
        door = DoorModel.open_to(shell, PreferencesModel(Preferences()))
        heard: list[Path | None] = []
        door.observe(lambda: heard.append(door.erased))
        shell.erased = Path("receipt")
        shell.changed()
        shell.changed()
        assert heard == [Path("receipt")]


class TestPreferences:
    def test_what_is_changed_is_found_again(self, tmp_path: Path) -> None:
        model = PreferencesModel.open(tmp_path)
        assert model.value == Preferences()
        model.change(scheme="dark", font_scale=1.5, language="ar", spoken_focus=True, lock_after_min=0)
        again = PreferencesModel.open(tmp_path)
        assert again.value == Preferences(Scheme.DARK, False, 1.5, "ar", True, 0)
        assert again.appearance == Appearance(dark=True, font_scale=1.5)

    @pytest.mark.parametrize(
        "text",
        [
            "", "no json", "[]", "17", '{"scheme": 3}', '{"font_scale": "large"}', '{"font_scale": 99}',
            '{"lock_after_min": true}', '{"lock_after_min": -1}', '{"language": 7}', '{"spoken_focus": 1}', "[" * 5000,
            '{"font_scale": NaN}', '{"unknown": 1}',
        ],
    )  # fmt: skip
    def test_whatever_stands_in_the_file_the_window_opens(self, tmp_path: Path, text: str) -> None:
        (tmp_path / FILE).write_text(text)
        assert read_preferences(tmp_path / FILE) == Preferences()

    def test_what_is_good_in_a_damaged_file_counts(self, tmp_path: Path) -> None:
        (tmp_path / FILE).write_text(json.dumps({"scheme": "dark", "font_scale": 99, "high_contrast": True}))
        assert read_preferences(tmp_path / FILE) == Preferences(Scheme.DARK, high_contrast=True)

    def test_it_holds_in_this_run_where_it_cannot_be_kept(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        model = PreferencesModel(Preferences(), tmp_path / "file" / FILE)
        model.change(font_scale=2.0)
        assert model.value.font_scale == 2.0
        assert not model.kept

    def test_only_where_the_wearer_follows_the_system_the_system_decides(self) -> None:
        model = PreferencesModel(Preferences())
        assert not model.appearance.dark
        model.system_became(dark=True)
        assert model.appearance.dark
        model.change(scheme="light")
        assert not model.appearance.dark


def test_the_client_has_what_the_live_room_asks() -> None:
    for name in ("status", "phones", "clip", "burst", "stop", "live"):
        assert hasattr(GlassesClient, name), name
