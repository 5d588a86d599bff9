"""The lock before everything: chosen by hand, made once, opened each time; nothing is open while anything fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from companion_app.ledger.errors import LedgerInUse
from companion_app.ui.view_models.unlock import Lock, UnlockModel
from companion_app.vault import Attempts, KeyBeside, Keystore, Passphrase, Vault
from companion_app.vault.errors import VaultLocked
from tests.app.ports.keystores import MemoryKeystore

WORDS = "four words of mine"


class Opened:
    """What the window does with an open vault."""

    def __init__(self) -> None:
        self.vaults: list[Vault] = []
        self.error: Exception | None = None

    async def __call__(self, vault: Vault) -> None:
        self.vaults.append(vault)
        if self.error is not None:
            raise self.error


@pytest.fixture
def keystore() -> MemoryKeystore:
    return MemoryKeystore()


@pytest.fixture
def opened() -> Opened:
    return Opened()


@pytest.fixture
def model(tmp_path: Path, keystore: MemoryKeystore, opened: Opened) -> UnlockModel:
    return UnlockModel(tmp_path / "app", keystore, opened)


def again(model: UnlockModel, keystore: MemoryKeystore, opened: Opened) -> UnlockModel:
    """The app is started anew."""
    return UnlockModel(model._folder, keystore, opened, Attempts(lambda: 0.0))


async def test_nothing_is_chosen_beforehand_and_nothing_is_made(model: UnlockModel) -> None:
    await model.begin()
    assert (model.lock, model.chosen, model.can_create) == (Lock.CHOOSE, None, False)
    await model.create()
    model.choose("beside")
    assert model.chosen is None, "what protects nothing is no choice"
    assert not Vault.exists(model._folder)


async def test_a_passphrase_is_typed_twice_and_opens_from_then_on(
    model: UnlockModel, keystore: MemoryKeystore, opened: Opened
) -> None:
    model.choose("passphrase")
    model.set_passphrase("too short")
    model.set_again("too short")
    assert not model.can_create
    model.set_passphrase(WORDS)
    model.set_again(WORDS + "!")
    await model.create()
    assert model.problem is not None
    assert not Vault.exists(model._folder)
    model.set_again(WORDS)
    await model.create()
    assert model.lock is Lock.OPEN
    assert not opened.vaults[0].locked
    assert (model.passphrase, model.again) == ("", ""), "the words are not kept"
    later = again(model, keystore, opened)
    assert (later.lock, later.wants_passphrase, later.can_use_keystore) == (Lock.LOCKED, True, False)
    later.set_passphrase(WORDS)
    await later.unlock()
    assert later.lock is Lock.OPEN


async def test_a_wrong_passphrase_opens_nothing_and_soon_costs_time(
    model: UnlockModel, keystore: MemoryKeystore, opened: Opened
) -> None:
    Vault.create(model._folder, Passphrase(WORDS, n=2**15))
    later = again(model, keystore, opened)
    told: list[str] = []
    for _ in range(4):
        later.set_passphrase("something else entirely")
        await later.unlock()
        assert later.problem is not None
        told.append(later.problem.what)
    assert later.lock is Lock.LOCKED
    assert opened.vaults == []
    assert told[0] == told[2] != told[3], "the fourth try has to wait"


async def test_the_keystore_opens_by_itself(model: UnlockModel, keystore: MemoryKeystore, opened: Opened) -> None:
    await model.begin()
    model.choose("keystore")
    await model.create()
    assert model.lock is Lock.OPEN
    later = again(model, keystore, opened)
    await later.begin()
    assert later.lock is Lock.OPEN
    assert len(opened.vaults) == 2


async def test_a_system_without_a_keystore_says_so_and_leaves_the_passphrase(
    tmp_path: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    from companion_app.ports.errors import KeystoreMissing

    keystore = MemoryKeystore()

    def missing() -> None:
        raise KeystoreMissing("memory", "none")

    monkeypatch.setattr(keystore, "check", missing)
    model = UnlockModel(tmp_path / "app", keystore, opened)
    await model.begin()
    assert model.no_keystore is not None
    model.choose("keystore")
    assert model.chosen is None
    model.choose("passphrase")
    assert model.chosen == "passphrase"


async def test_what_fails_after_opening_locks_again(model: UnlockModel, opened: Opened) -> None:
    opened.error = LedgerInUse(model._folder)
    model.choose("keystore")
    await model.create()
    assert model.problem is not None
    assert model.lock is Lock.LOCKED
    with pytest.raises(VaultLocked):
        opened.vaults[0].subkey("anything")


async def test_the_folder_of_virtual_glasses_opens_by_itself(
    model: UnlockModel, keystore: MemoryKeystore, opened: Opened
) -> None:
    Vault.create(model._folder, KeyBeside())
    later = again(model, keystore, opened)
    await later.begin()
    assert later.lock is Lock.OPEN


async def test_a_secret_that_the_system_lost_is_told(
    model: UnlockModel, keystore: MemoryKeystore, opened: Opened
) -> None:
    Vault.create(model._folder, Keystore(keystore))
    keystore.secrets.clear()
    later = again(model, keystore, opened)
    await later.begin()
    assert later.lock is Lock.LOCKED
    assert later.problem is not None
    assert opened.vaults == []


def test_a_folder_of_an_earlier_version_stays_as_it_is(
    tmp_path: Path, keystore: MemoryKeystore, opened: Opened
) -> None:
    old = tmp_path / "app" / "keys" / "owner.json"
    old.parent.mkdir(parents=True)
    old.write_text("{}")
    model = UnlockModel(tmp_path / "app", keystore, opened)
    assert model.lock is Lock.BROKEN
    assert model.problem is not None
    assert old.read_text() == "{}"


async def test_a_full_disk_ends_in_words_and_makes_nothing(model: UnlockModel, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    model.choose("passphrase")
    model.set_passphrase(WORDS)
    model.set_again(WORDS)
    with monkeypatch.context() as patched:
        patched.setattr("companion_app.files.write_all", full)
        await model.create()
    assert model.problem is not None
    assert "No space left on device" in model.problem.what
    assert (model.lock, model.busy, Vault.exists(model._folder)) == (Lock.CHOOSE, False, False)
