"""The lock: who opens it, what a wrong or lost secret says, and that it is never without somebody who can."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion_app.ports.errors import KeystoreDenied, SecretLost
from companion_app.vault import Attempts, KeyBeside, Keystore, Passphrase, Protector, SealedFiles, Vault, destroy
from companion_app.vault.errors import (
    LastProtector,
    LockLost,
    NotProtectedSo,
    NoVault,
    PassphraseTooLong,
    PassphraseTooShort,
    TooManyAttempts,
    UnsealedFolder,
    VaultDamaged,
    VaultError,
    VaultExists,
    VaultLocked,
    WrongKeystoreSecret,
    WrongPassphrase,
)
from tests.app.ports.keystores import MemoryKeystore

pytestmark = pytest.mark.promise(4)

WORDS = "correct horse battery"
CHEAP_N = 2**15


def passphrase(words: str = WORDS) -> Passphrase:
    return Passphrase(words, n=CHEAP_N)


def test_what_one_opening_derives_the_next_derives_too(tmp_path: Path) -> None:
    made = Vault.create(tmp_path, KeyBeside())
    opened = Vault.open(tmp_path, KeyBeside())

    assert opened.subkey("a") == made.subkey("a")
    assert len({opened.subkey("a"), opened.subkey("b"), opened.file_key("a", b"1"), opened.file_key("a", b"2")}) == 4
    assert Vault.create(tmp_path / "other", KeyBeside()).subkey("a") != made.subkey("a")


def test_a_passphrase_opens_and_another_does_not(tmp_path: Path) -> None:
    key = Vault.create(tmp_path, passphrase()).subkey("a")

    assert Vault.kinds(tmp_path) == ("passphrase",)
    assert Vault.open(tmp_path, Passphrase(f" {WORDS}\n")).subkey("a") == key, "the cost stands in the file"
    with pytest.raises(WrongPassphrase):
        Vault.open(tmp_path, passphrase(WORDS.upper()))
    with pytest.raises(NotProtectedSo) as told:
        Vault.open(tmp_path, KeyBeside())
    assert (told.value.kind, told.value.kinds) == ("beside", ("passphrase",))


def test_neither_passphrase_nor_data_key_stands_in_the_file(tmp_path: Path) -> None:
    vault = Vault.create(tmp_path, passphrase())
    content = (tmp_path / "vault.json").read_text()

    assert WORDS not in content
    assert vault._data_key is not None
    assert bytes(vault._data_key).hex() not in content
    assert (tmp_path / "vault.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("words", "error"), [("short", PassphraseTooShort), ("x" * 1025, PassphraseTooLong)])
def test_a_passphrase_has_its_bounds_and_nothing_is_made_for_another(
    tmp_path: Path, words: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        Vault.create(tmp_path / "app", passphrase(words))
    assert not Vault.exists(tmp_path / "app")


def test_whoever_guesses_waits_longer_each_time(tmp_path: Path) -> None:
    now = [100.0]
    attempts = Attempts(lambda: now[0])
    Vault.create(tmp_path, passphrase())

    def guess() -> None:
        Vault.open(tmp_path, passphrase("not these words"), attempts)

    for _ in range(3):
        with pytest.raises(WrongPassphrase):
            guess()
    with pytest.raises(TooManyAttempts) as told:
        Vault.open(tmp_path, passphrase(), attempts)
    assert told.value.wait_s == 2
    now[0] += 2
    with pytest.raises(WrongPassphrase):
        guess()
    now[0] += 3.9
    with pytest.raises(TooManyAttempts):
        guess()
    now[0] += 0.1
    Vault.open(tmp_path, passphrase(), attempts)
    with pytest.raises(WrongPassphrase):
        guess()


def test_the_keystore_opens_and_what_it_refuses_or_lost_is_told(tmp_path: Path) -> None:
    port = MemoryKeystore()
    key = Vault.create(tmp_path, Keystore(port)).subkey("a")
    (entry,) = port.secrets

    assert Vault.open(tmp_path, Keystore(port)).subkey("a") == key
    assert port.secrets[entry].hex() not in (tmp_path / "vault.json").read_text()
    port.denied = True
    with pytest.raises(KeystoreDenied):
        Vault.open(tmp_path, Keystore(port))
    port.denied = False
    port.secrets[entry] = bytes(32)
    with pytest.raises(WrongKeystoreSecret):
        Vault.open(tmp_path, Keystore(port))
    del port.secrets[entry]
    with pytest.raises(SecretLost):
        Vault.open(tmp_path, Keystore(port))


def test_protectors_come_change_and_go_and_the_last_one_stays(tmp_path: Path) -> None:
    port = MemoryKeystore()
    vault = Vault.create(tmp_path, passphrase())
    key = vault.subkey("a")

    vault.add(Keystore(port))
    assert Vault.kinds(tmp_path) == vault.protectors == ("passphrase", "keystore")
    assert [Vault.open(tmp_path, each).subkey("a") for each in (passphrase(), Keystore(port))] == [key, key]
    vault.add(Keystore(port))
    assert len(port.secrets) == 1, "the secret it replaced is gone"
    vault.remove(Keystore(port))
    assert not port.secrets
    with pytest.raises(LastProtector):
        vault.remove(passphrase())
    vault.change(passphrase("entirely new words"))
    with pytest.raises(WrongPassphrase):
        Vault.open(tmp_path, passphrase())
    assert Vault.open(tmp_path, passphrase("entirely new words")).subkey("a") == key


def test_a_secret_that_a_passphrase_replaces_is_withdrawn_from_the_keystore(tmp_path: Path) -> None:
    port = MemoryKeystore()
    vault = Vault.create(tmp_path, Keystore(port))
    vault.change(passphrase(), instead_of=Keystore(port))
    assert not port.secrets, "an older copy of the lock opens no more"
    vault.change(Keystore(port), instead_of=Keystore(port))
    assert len(port.secrets) == 1
    assert Vault.open(tmp_path, Keystore(port)).subkey("a") == vault.subkey("a")


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_a_change_that_fails_leaves_who_could_open_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    port = MemoryKeystore()
    vault = Vault.create(tmp_path, Keystore(port))

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "full")

    with monkeypatch.context() as patched:
        patched.setattr(os, step, full)
        with pytest.raises(OSError, match="full"):
            vault.change(Keystore(port))
    assert len(port.secrets) == 1, "the new secret was taken back"
    assert Vault.open(tmp_path, Keystore(port)).subkey("a") == vault.subkey("a")


def test_locked_means_that_nothing_is_derived_or_changed(tmp_path: Path) -> None:
    vault = Vault.create(tmp_path, KeyBeside())
    files = SealedFiles(vault, tmp_path / "room")
    files.write("a", b"1")
    held = vault._data_key
    vault.lock()

    assert vault.locked
    assert held == bytearray(32)
    acts: list[Callable[[], Any]] = [
        lambda: vault.subkey("a"),
        lambda: vault.file_key("a", b""),
        lambda: vault.add(KeyBeside()),
        lambda: files.read("a"),
        lambda: files.lines("a"),
        files.names,
        lambda: files.write("a", b"2"),
        lambda: files.append_line("l", b"2"),
    ]
    for act in acts:
        with pytest.raises(VaultLocked):
            act()
    assert SealedFiles(Vault.open(tmp_path, KeyBeside()), tmp_path / "room").read("a") == b"1"


def test_a_lock_in_the_middle_of_a_change_keeps_the_key_and_who_could_open(tmp_path: Path) -> None:
    port = MemoryKeystore()
    vault = Vault.create(tmp_path, passphrase())
    key = vault.subkey("a")
    begin = Keystore.begin

    class Slow(Keystore):
        def begin(self, vault_id: str) -> tuple[dict[str, Any], bytes]:
            made = begin(self, vault_id)
            vault.lock()  # as another thread does while scrypt or the system takes its time
            return made

    with pytest.raises(VaultLocked):
        vault.change(Slow(port))
    assert not port.secrets, "the new secret was taken back"
    assert Vault.open(tmp_path, passphrase()).subkey("a") == key
    assert not vault._derived, "what was derived is forgotten, too"


def test_nobody_gets_the_key_half_erased(tmp_path: Path) -> None:
    vault = Vault.create(tmp_path, KeyBeside())
    key = vault.file_key("a", b"1")
    assert vault._data_key is not None
    seen: list[bytes] = []

    class Watched(bytearray):
        """Somebody else derives between the zeros and the end."""

        def __setitem__(self, at: Any, value: Any) -> None:
            super().__setitem__(at, value)
            threading.Thread(target=derives, daemon=True).start()
            ended.wait(0.2)  # it has to wait for the end of the lock: without that it derives from zeros here

    ended = threading.Event()

    def derives() -> None:
        with suppress(VaultLocked):
            seen.append(vault.file_key("a", b"1"))
        ended.set()

    vault._data_key = Watched(vault._data_key)
    vault.lock()
    assert ended.wait(10)
    assert seen in ([], [key]), "never one of zeros"


def test_a_second_lock_is_refused_and_so_is_what_lies_in_the_clear_or_lost_its_lock(tmp_path: Path) -> None:
    with pytest.raises(NoVault):
        Vault.open(tmp_path, KeyBeside())
    Vault.create(tmp_path / "new", KeyBeside())
    with pytest.raises(VaultExists):
        Vault.create(tmp_path / "new", KeyBeside())

    (old := tmp_path / "old" / "keys").mkdir(parents=True)
    (old / "owner.json").write_text("{}")
    (lost := tmp_path / "lost" / "keys").mkdir(parents=True)
    (lost / "aaaa").write_bytes(b"")
    for folder, error in ((tmp_path / "old", UnsealedFolder), (tmp_path / "lost", LockLost)):
        acts: list[Callable[[], Any]] = [
            lambda folder=folder: Vault.create(folder, KeyBeside()),
            lambda folder=folder: Vault.open(folder, KeyBeside()),
            lambda folder=folder: Vault.kinds(folder),
        ]
        for act in acts:
            with pytest.raises(error):
                act()
        assert [path.name for path in folder.iterdir()] == ["keys"], "nothing was touched"


def test_after_destroying_nobody_opens_anything_again(tmp_path: Path) -> None:
    SealedFiles(Vault.create(tmp_path, KeyBeside()), tmp_path / "keys").write("a", b"1")
    destroy(tmp_path)
    destroy(tmp_path)

    assert not Vault.exists(tmp_path)
    with pytest.raises(LockLost):
        Vault.open(tmp_path, KeyBeside())


def test_destroying_writes_over_the_key_before_it_unlinks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Vault.create(tmp_path, KeyBeside())
    size = (tmp_path / "vault.json").stat().st_size
    seen: list[bytes] = []
    monkeypatch.setattr(
        Path, "unlink", lambda path, missing_ok=False: seen.append(path.read_bytes()) if path.exists() else None
    )
    destroy(tmp_path)
    assert seen[0] == bytes(size)


def _rows(content: dict[str, Any]) -> dict[str, Any]:
    return content["protectors"][0]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.update(version=2),
        lambda file: file.update(protectors=[]),
        lambda file: file.update(protectors=[1]),
        lambda file: file.update(id=7),
        lambda file: file.update(id="00" * 8),
        lambda file: file.update(check="ü"),
        lambda file: file.update(check="00" * 32),
        lambda file: _rows(file).update(n=2**30),
        lambda file: _rows(file).update(n=2**14),
        lambda file: _rows(file).update(n=True),
        lambda file: _rows(file).update(r=9),
        lambda file: _rows(file).update(salt="zz"),
        lambda file: _rows(file).pop("salt"),
        lambda file: _rows(file).update(wrapped="00"),
        lambda file: _rows(file).update(wrapped=None),
    ],
)
def test_a_damaged_lock_says_so_and_is_left_as_it_is(tmp_path: Path, spoil: Callable[[dict[str, Any]], object]) -> None:
    Vault.create(tmp_path, passphrase())
    path = tmp_path / "vault.json"
    content = json.loads(path.read_text())
    spoil(content)
    path.write_text(json.dumps(content))
    before = path.read_bytes()

    with pytest.raises((VaultDamaged, WrongPassphrase)):
        Vault.open(tmp_path, passphrase())
    assert path.read_bytes() == before


def test_a_weakened_cost_opens_nothing(tmp_path: Path) -> None:
    Vault.create(tmp_path, Passphrase(WORDS, n=2**16))
    path = tmp_path / "vault.json"
    content = json.loads(path.read_text())
    _rows(content)["n"] = 2**15
    path.write_text(json.dumps(content))
    with pytest.raises(WrongPassphrase):
        Vault.open(tmp_path, passphrase())


@given(
    st.one_of(
        st.binary(max_size=200), st.text(max_size=99).map(lambda text: json.dumps({"version": 1, "id": text}).encode())
    )
)
def test_any_bytes_for_a_lock_end_in_an_error_of_ours(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "vault.json").write_bytes(content)
    kinds: list[Protector] = [KeyBeside(), Keystore(MemoryKeystore())]
    for protector in kinds:
        with pytest.raises(VaultError):
            Vault.open(folder, protector)
