"""The desktop's keystore through `keyring`: Secret Service, macOS' Keychain or Windows' Credential Manager, no other.

`keyring` itself would choose by configuration files, variables and whatever plug-in is installed, some of which keep
secrets in plain files: here the backend is named, and nothing else is looked for.
"""

from __future__ import annotations

import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from companion_app.ports import session_bus
from companion_app.ports.errors import (
    KeystoreDenied,
    KeystoreFailed,
    KeystoreLocked,
    KeystoreMissing,
    SecretLost,
)
from companion_app.ports.keystore import checked

_SERVICE = "plainsight"


class _Backend(Protocol):
    """What this file uses of keyring's KeyringBackend, whose own types leave one of them open."""

    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


@dataclass(frozen=True)
class _Kind:
    """A backend of keyring: where its class is, and what else it raises (module and name) besides keyring's errors."""

    name: str
    module: str
    cls: str
    raises: tuple[tuple[str, str], ...] = ()


_LINUX = _Kind(
    "the Secret Service",
    "keyring.backends.SecretService",
    "Keyring",
    (("secretstorage.exceptions", "SecretStorageException"), ("jeepney", "DBusErrorResponse")),
)
_KINDS = {
    "linux": _LINUX,
    "darwin": _Kind("the Keychain", "keyring.backends.macOS", "Keyring"),
    "win32": _Kind(
        "the Credential Manager",
        "keyring.backends.Windows",
        "WinVaultKeyring",
        (("win32ctypes.pywin32.pywintypes", "error"),),
    ),
}


class DesktopKeystore:
    """`Keystore` of this desktop; a secret is kept as base64 text, since that is what all of them hold."""

    def __init__(self, platform: str = sys.platform) -> None:
        self._kind = _KINDS.get(platform, _LINUX)

    @property
    def name(self) -> str:
        """What its owner knows it as."""
        return self._kind.name

    def check(self) -> None:
        """Return where a backend is there and answers. Raises as Keystore says."""
        with self._asked() as backend:
            backend.get_password(_SERVICE, "check")

    def put(self, entry: str, secret: bytes) -> None:
        """Keep `secret` under `entry` and read it back. Raises ValueError, KeystoreError."""
        text = b64encode(checked(secret)).decode()
        with self._asked() as backend:
            backend.set_password(_SERVICE, entry, text)
            kept = backend.get_password(_SERVICE, entry)
        if kept != text:
            raise KeystoreFailed(self.name, "it did not keep what it was given")

    def get(self, entry: str) -> bytes:
        """The secret under `entry`. Raises SecretLost, KeystoreError."""
        with self._asked() as backend:
            text = backend.get_password(_SERVICE, entry)
        if text is None:
            raise SecretLost(self.name, entry)
        try:
            return b64decode(text, validate=True)
        except ValueError as error:
            raise SecretLost(self.name, entry, "it is not what this app kept there") from error

    def remove(self, entry: str) -> None:
        """Forget the secret under `entry`, which need not be there. Raises KeystoreError."""
        with self._asked() as backend:
            if backend.get_password(_SERVICE, entry) is not None:
                backend.delete_password(_SERVICE, entry)

    @contextmanager
    def _asked(self) -> Generator[_Backend]:
        """The backend with the door to it open; what it raises becomes an error of ours."""
        try:
            errors = import_module("keyring.errors")
            cls = getattr(import_module(self._kind.module), self._kind.cls)
        except ImportError as error:
            raise KeystoreMissing(self.name, "the package keyring is not installed") from error
        with session_bus.asking():
            try:
                cls.priority  # noqa: B018 (keyring's way to ask whether a backend can work: it raises if not)
            except RuntimeError as error:
                raise KeystoreMissing(self.name, str(error)) from error
            make = cast("Callable[[], _Backend]", cls)
            try:
                yield make()
            except errors.KeyringLocked as error:
                # macOS' keychain unlocks with the login: what keyring calls locked there is the person's "Deny".
                kind = KeystoreDenied if self._kind.module.endswith("macOS") else KeystoreLocked
                raise kind(self.name, str(error)) from error
            except (errors.KeyringError, OSError, *self._further()) as error:
                kind = KeystoreDenied if type(error).__name__ == "PromptDismissedException" else KeystoreFailed
                raise kind(self.name, str(error)) from error

    def _further(self) -> tuple[type[Exception], ...]:
        return tuple(
            cast("type[Exception]", getattr(import_module(module), name)) for module, name in self._kind.raises
        )
