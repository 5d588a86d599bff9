"""Opens the vault of the app that a command is about: the keystore where there is one, else a passphrase."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

from companion_app.ports.errors import KeystoreError
from companion_app.ports.keystore import system_keystore
from companion_app.vault import KeyBeside, Keystore, Passphrase, Vault
from companion_app.vault.protectors import BESIDE, KEYSTORE, PASSPHRASE
from host_tools.exits import Exit, HostError, UsageError
from host_tools.worn.passphrase import FILE_VARIABLE

_MOST_BYTES = 8 << 10


class NobodyToAsk(HostError):
    """The app's data in `folder` opens by a passphrase, and there is neither a file with it nor a terminal."""

    exit_code = Exit.LOCKED

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: the app's data is locked and there is no terminal to ask for the passphrase: "
            f"name a file that holds it (--passphrase-file or {FILE_VARIABLE})"
        )
        self.folder = folder


class PassphrasesDiffer(HostError):
    """A new passphrase was typed twice, and not the same; nothing was made."""

    exit_code = Exit.LOCKED

    def __init__(self) -> None:
        super().__init__("the two passphrases are not the same: nothing was made")


def virtual_vault(folder: Path, passphrase_file: Path | None = None) -> Vault:
    """The vault of virtual glasses' app: the key lies beside it, unless its owner chose otherwise. Raises HostError."""
    if Vault.exists(folder) and BESIDE not in Vault.kinds(folder):
        return real_vault(folder, passphrase_file)
    return Vault.open(folder, KeyBeside()) if Vault.exists(folder) else Vault.create(folder, KeyBeside())


def real_vault(folder: Path, passphrase_file: Path | None = None) -> Vault:
    """The vault of an app for real glasses, made at the first call: by the system's keystore, else by a passphrase.

    Raises HostError, and what opening it raises.
    """
    words = _read(passphrase_file) if passphrase_file is not None else None
    if not Vault.exists(folder):
        return _create(folder, words)
    kinds = Vault.kinds(folder)
    if words is not None and PASSPHRASE in kinds:
        return Vault.open(folder, Passphrase(words))
    if BESIDE in kinds:
        return Vault.open(folder, KeyBeside())
    if KEYSTORE in kinds:
        try:
            return Vault.open(folder, Keystore(system_keystore()))
        except KeystoreError:
            if PASSPHRASE not in kinds:
                raise
    return Vault.open(folder, Passphrase(_asked(folder, "Passphrase of the app's data")))


def _create(folder: Path, words: str | None) -> Vault:
    if words is not None:
        return Vault.create(folder, Passphrase(words))
    keystore = system_keystore()
    try:
        keystore.check()
    except KeystoreError:
        pass
    else:
        return Vault.create(folder, Keystore(keystore))
    words = _asked(folder, "This computer has no keystore. New passphrase for the app's data (12 characters or more)")
    if words != _asked(folder, "Once more"):
        raise PassphrasesDiffer
    return Vault.create(folder, Passphrase(words))


def _asked(folder: Path, what: str) -> str:
    """What the person types; it is not shown."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise NobodyToAsk(folder)
    return getpass.getpass(f"{what}: ", stream=sys.stderr)


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            words = file.read(_MOST_BYTES).decode().partition("\n")[0]
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "no text"
        raise UsageError(f"--passphrase-file {path}: {reason}; name a file that holds the passphrase") from error
    if not words:
        raise UsageError(f"--passphrase-file {path}: its first line is empty; name a file that holds the passphrase")
    return words
