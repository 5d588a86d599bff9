"""What can go wrong with the lock and with what lies behind it."""

from __future__ import annotations

from pathlib import Path

from companion_app.errors import AppError


class VaultError(AppError):
    """Base of the vault's errors; a keystore of the system that fails raises its own (`ports.errors.KeystoreError`)."""


class NoVault(VaultError):
    """Nothing in `folder` has a lock yet: the first start makes it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder


class VaultExists(VaultError):
    """`folder` has a lock already; a second one would leave what is behind the first unreadable for ever."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder


class UnsealedFolder(VaultError):
    """`folder` holds what an earlier version kept in the clear; nothing in it was touched."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder


class LockLost(VaultError):
    """`folder` holds sealed files and the lock they belong to is gone: nothing can open them without it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder


class VaultDamaged(VaultError):
    """The lock's own file cannot be used; it is never replaced silently. `fault`: unreadable, unknown_version, …"""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(path, fault)
        self.path = path
        self.fault = fault


class VaultLocked(VaultError):
    """The vault was locked: nothing can be read or written until it is opened again."""


class WrongPassphrase(VaultError):
    """These words do not open this vault."""


class PassphraseTooShort(VaultError):
    """A passphrase of `length` characters; `least` are asked for, because guessing needs nothing but the file."""

    def __init__(self, length: int, least: int) -> None:
        super().__init__(length, least)
        self.length = length
        self.least = least


class PassphraseTooLong(VaultError):
    """A passphrase of more than `most` characters."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class TooManyAttempts(VaultError):
    """Wrong passphrases in a row: the next is looked at in `wait_s` seconds."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


class WrongKeystoreSecret(VaultError):
    """The system's keystore gave a secret that does not open this vault: it is of another one, or was replaced."""


class NotProtectedSo(VaultError):
    """The vault does not open by `kind`; `kinds` are what it opens by."""

    def __init__(self, kind: str, kinds: tuple[str, ...]) -> None:
        super().__init__(kind, kinds)
        self.kind = kind
        self.kinds = kinds


class LastProtector(VaultError):
    """Without this one nobody could open the vault again."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class SealBroken(VaultError):
    """A sealed file is not what was sealed under this name. `fault`: changed, cut, not_sealed, not_json.

    `name` is the file's own name, `room` the folder below the app's in which it was looked for.
    """

    def __init__(self, room: str, name: str, fault: str) -> None:
        super().__init__(room, name, fault)
        self.room = room
        self.name = name
        self.fault = fault
