"""The vault behind a command: keystore, passphrase from a file or a person, and a line where there is neither."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from companion_app.ports.errors import KeystoreDenied
from companion_app.vault import KeyBeside, Keystore, Passphrase, Vault
from companion_app.vault.errors import PassphraseTooShort, WrongPassphrase
from host_tools.exits import Exit, UsageError
from host_tools.worn import unlocking
from host_tools.worn.unlocking import NobodyToAsk, PassphrasesDiffer, real_vault, virtual_vault
from tests.app.ports.keystores import MemoryKeystore

WORDS = "four words nobody guesses"
Types = Callable[..., list[str]]


@pytest.fixture
def keystore(monkeypatch: pytest.MonkeyPatch) -> MemoryKeystore:
    """What the system has; as here by default, nothing that may be relied upon."""
    keystore = MemoryKeystore(denied=True)
    monkeypatch.setattr(unlocking, "system_keystore", lambda: keystore)
    return keystore


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, keystore: MemoryKeystore) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Types:
    """Somebody at a terminal who types these lines; returns what was asked."""

    def typing(*lines: str) -> list[str]:
        asked, left = list[str](), list(lines)

        def ask(prompt: str, stream: object = None) -> str:
            asked.append(prompt)
            return left.pop(0)

        monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
        monkeypatch.setattr(getpass, "getpass", ask)
        return asked

    return typing


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """A folder that a passphrase opens."""
    Vault.create(tmp_path / "app", Passphrase(WORDS, n=2**15))
    return tmp_path / "app"


def passphrase_file(folder: Path, content: bytes) -> Path:
    path = folder / "passphrase"
    path.write_bytes(content)
    return path


def test_virtual_glasses_ask_nobody(tmp_path: Path) -> None:
    key = virtual_vault(tmp_path / "app").subkey("a")
    assert Vault.kinds(tmp_path / "app") == ("beside",)
    assert virtual_vault(tmp_path / "app").subkey("a") == key


def test_virtual_glasses_whose_owner_chose_a_passphrase_need_it(locked: Path, tmp_path: Path, types: Types) -> None:
    with pytest.raises(NobodyToAsk):
        virtual_vault(locked)
    types(WORDS)
    key = virtual_vault(locked).subkey("a")
    assert virtual_vault(locked, passphrase_file(tmp_path, WORDS.encode())).subkey("a") == key


def test_a_first_command_uses_the_keystore_and_later_ones_too(tmp_path: Path, keystore: MemoryKeystore) -> None:
    keystore.denied = False
    key = real_vault(tmp_path / "app").subkey("a")
    assert Vault.kinds(tmp_path / "app") == ("keystore",)
    assert real_vault(tmp_path / "app").subkey("a") == key
    keystore.denied = True
    with pytest.raises(KeystoreDenied):
        real_vault(tmp_path / "app")


def test_without_a_keystore_a_new_passphrase_is_asked_for_twice(tmp_path: Path, types: Types) -> None:
    asked = types(WORDS, WORDS)
    real_vault(tmp_path / "app")
    assert Vault.kinds(tmp_path / "app") == ("passphrase",)
    assert len(asked) == 2
    assert "12 characters" in asked[0]
    types("another one", "not the same")
    with pytest.raises(PassphrasesDiffer):
        real_vault(tmp_path / "other")
    types("short", "short")
    with pytest.raises(PassphraseTooShort):
        real_vault(tmp_path / "other")
    assert not Vault.exists(tmp_path / "other")


def test_nobody_to_ask_is_said_with_the_way_out_and_nothing_is_made(tmp_path: Path, locked: Path) -> None:
    for folder in (tmp_path / "new", locked):
        with pytest.raises(NobodyToAsk) as told:
            real_vault(folder)
        assert told.value.exit_code is Exit.LOCKED
        assert "--passphrase-file" in str(told.value)
        assert "\n" not in str(told.value)
    assert not (tmp_path / "new").exists()


def test_a_file_says_the_passphrase_on_its_first_line(tmp_path: Path, locked: Path) -> None:
    file = passphrase_file(tmp_path, WORDS.encode() + b"\nnot this\n")
    key = real_vault(locked, file).subkey("a")
    real_vault(tmp_path / "new", file)
    assert Vault.open(tmp_path / "new", Passphrase(WORDS)).protectors == ("passphrase",)
    with pytest.raises(WrongPassphrase):
        real_vault(locked, passphrase_file(tmp_path, b"other words, also long"))
    assert Vault.open(locked, Passphrase(WORDS)).subkey("a") == key


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b"", b"\nthe second line\n"])
def test_a_file_that_cannot_be_read_is_a_usage_error(tmp_path: Path, locked: Path, content: bytes | None) -> None:
    file = tmp_path / "missing" if content is None else passphrase_file(tmp_path, content)
    with pytest.raises(UsageError, match="--passphrase-file"):
        real_vault(locked, file)


def test_a_keystore_that_refuses_leaves_the_passphrase(locked: Path, keystore: MemoryKeystore, types: Types) -> None:
    keystore.denied = False
    key = Vault.open(locked, Passphrase(WORDS)).subkey("a")
    Vault.open(locked, Passphrase(WORDS)).add(Keystore(keystore))
    assert real_vault(locked).subkey("a") == key
    keystore.denied = True
    types(WORDS)
    assert real_vault(locked).subkey("a") == key


def test_a_real_folder_whose_key_lies_beside_opens(tmp_path: Path) -> None:
    Vault.create(tmp_path / "app", KeyBeside())
    assert real_vault(tmp_path / "app").protectors == ("beside",)
