"""The lock of everything this phone keeps: one random data key, wrapped for each who may open it."""

from __future__ import annotations

import hmac
import secrets
import threading
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from companion_app.files import private_folder, sync_folder, write_all_over
from companion_app.ports.errors import KeystoreError
from companion_app.vault.attempts import Attempts
from companion_app.vault.errors import (
    LastProtector,
    LockLost,
    NotProtectedSo,
    NoVault,
    UnsealedFolder,
    VaultDamaged,
    VaultExists,
    VaultLocked,
    WrongPassphrase,
)
from companion_app.vault.lock_file import FILE, LockFile, read_lock_file, unwrapped, without, wrapped, write_lock_file
from companion_app.vault.protectors import KEY_BYTES, Protector, Row

_ID_BYTES = 8
_KEYS = "keys"
_UNSEALED = "owner.json"  # what versions before the vault made first, among the keys


class Vault:
    """Open: made by `Vault.create` or `Vault.open`, ended by `lock`. Give it to everything that keeps something."""

    def __init__(self, folder: Path, lock: LockFile, data_key: bytes) -> None:
        self.folder = folder
        self._lock = lock
        self._data_key: bytearray | None = bytearray(data_key)
        self._derived: dict[tuple[str, int], bytes] = {}
        self._one = threading.Lock()  # threads derive while the window locks: each gets the key or VaultLocked

    @classmethod
    def create(cls, folder: Path, protector: Protector) -> Vault:
        """Lock an empty or new folder. Takes the protector's time: call it in a thread.

        Raises VaultExists, UnsealedFolder, LockLost, OSError, and what the protector raises; then nothing is there.
        """
        if (folder / FILE).exists():
            raise VaultExists(folder)
        _check_sealed(folder)
        identity, data_key = secrets.token_hex(_ID_BYTES), secrets.token_bytes(KEY_BYTES)
        row, key = protector.begin(identity)
        lock = LockFile(identity, _check_value(data_key, identity), (wrapped(key, data_key, protector.kind, row),))
        write_lock_file(private_folder(folder), lock)
        return cls(folder, lock, data_key)

    @classmethod
    def open(cls, folder: Path, protector: Protector, attempts: Attempts | None = None) -> Vault:
        """Unlock. Takes the protector's time: call it in a thread. `attempts` makes who guesses at the screen wait.

        Raises NoVault, UnsealedFolder, LockLost, VaultDamaged, NotProtectedSo, TooManyAttempts, and what the protector
        raises.
        """
        try:
            lock = read_lock_file(folder)
        except NoVault:
            _check_sealed(folder)
            raise
        if attempts is not None:
            attempts.check()
        try:
            data_key = _opened(folder, lock, protector)
        except WrongPassphrase:
            if attempts is not None:
                attempts.failed()
            raise
        if attempts is not None:
            attempts.passed()
        return cls(folder, lock, data_key)

    @staticmethod
    def exists(folder: Path) -> bool:
        """True where there is a lock, open or not."""
        return (folder / FILE).exists()

    @staticmethod
    def kinds(folder: Path) -> tuple[str, ...]:
        """What the vault in `folder` opens by, read without opening it.
        Raises NoVault, UnsealedFolder, LockLost, VaultDamaged."""
        try:
            return read_lock_file(folder).kinds
        except NoVault:
            _check_sealed(folder)
            raise

    @property
    def protectors(self) -> tuple[str, ...]:
        """The kinds it opens by now."""
        return self._lock.kinds

    @property
    def locked(self) -> bool:
        """True once `lock` was called."""
        return self._data_key is None

    def subkey(self, purpose: str, length: int = KEY_BYTES) -> bytes:
        """A key for one purpose, the same at every opening. Raises VaultLocked."""
        with self._one:
            data_key = self._key()
            known = self._derived.get((purpose, length))
            if known is None:
                known = derive(data_key, purpose, length=length)
                self._derived[purpose, length] = known
            return known

    def file_key(self, purpose: str, salt: bytes) -> bytes:
        """A key for one file's bytes; not kept. Raises VaultLocked."""
        with self._one:
            data_key = self._key()
        return derive(data_key, purpose, salt)

    def add(self, protector: Protector) -> None:
        """Let another kind open it, too; one of the same kind is replaced. Raises VaultLocked, OSError, its own."""
        self._replace(protector, without(self._lock.protectors, protector.kind))

    def change(self, protector: Protector, instead_of: Protector | None = None) -> None:
        """From now on this one alone opens it; what `instead_of` keeps elsewhere is withdrawn.

        Raises VaultLocked, OSError, its own; then the old ones still do.
        """
        before = self._lock.row(instead_of.kind) if instead_of is not None else None
        self._replace(protector, ())
        if instead_of is not None and before is not None and instead_of.kind != protector.kind:
            with suppress(KeystoreError):  # as in `_replace`
                instead_of.withdraw(before)

    def remove(self, protector: Protector) -> None:
        """Let this kind no longer open it. Raises NotProtectedSo, LastProtector, OSError."""
        row = self._lock.row(protector.kind)
        if row is None:
            raise NotProtectedSo(protector.kind, self._lock.kinds)
        rest = without(self._lock.protectors, protector.kind)
        if not rest:
            raise LastProtector(protector.kind)
        self._write(LockFile(self._lock.id, self._lock.check, rest))
        protector.withdraw(row)

    def lock(self) -> None:
        """Forget the keys. Python may have copied them in memory before: only the end of the process is certain."""
        with self._one:
            if self._data_key is not None:
                self._data_key[:] = bytes(len(self._data_key))
            self._data_key = None
            self._derived.clear()

    def _key(self) -> bytes:
        """Only with `_one` held: half a moment later it is zeros."""
        if self._data_key is None:
            raise VaultLocked
        return bytes(self._data_key)

    def _replace(self, protector: Protector, kept: tuple[Row, ...]) -> None:
        if self.locked:
            raise VaultLocked
        before = self._lock.row(protector.kind)
        row, key = protector.begin(self._lock.id)  # takes its time, and the vault may be locked meanwhile
        try:
            with self._one:
                fresh = wrapped(key, self._key(), protector.kind, row)
                self._write(LockFile(self._lock.id, self._lock.check, (*kept, fresh)))
        except (OSError, VaultLocked):
            protector.withdraw(row)
            raise
        if before is not None:
            with suppress(KeystoreError):  # what stays behind there opens nothing any more
                protector.withdraw(before)

    def _write(self, lock: LockFile) -> None:
        write_lock_file(self.folder, lock)
        self._lock = lock


def destroy(folder: Path) -> None:
    """Make everything below `folder` unreadable for ever: the wrapped data key is overwritten, then its file goes.

    Flash memory may keep the overwritten bytes for a while; they open nothing without the passphrase or the keystore's
    secret, which the caller withdraws. Raises OSError; may be called again.
    """
    path = folder / FILE
    with suppress(FileNotFoundError):
        write_all_over(path)
        path.unlink()
    path.with_name(FILE + ".new").unlink(missing_ok=True)
    sync_folder(folder)


def derive(data_key: bytes, purpose: str, salt: bytes | None = None, length: int = KEY_BYTES) -> bytes:
    """HKDF-SHA-256 of the data key."""
    return HKDF(SHA256(), length, salt=salt, info=b"plainsight-vault-v1:" + purpose.encode()).derive(data_key)


def _opened(folder: Path, lock: LockFile, protector: Protector) -> bytes:
    row = lock.row(protector.kind)
    if row is None:
        raise NotProtectedSo(protector.kind, lock.kinds)
    try:
        key = protector.key(row, lock.id)
        data_key = unwrapped(key, row)
        if data_key is None:
            raise protector.wrong()
        if not hmac.compare_digest(_check_value(data_key, lock.id).encode(), lock.check.encode()):
            raise VaultDamaged(folder / FILE, "of_another_vault")
    except (ValueError, KeyError, TypeError) as error:
        raise VaultDamaged(folder / FILE, "unreadable") from error
    return data_key


def _check_value(data_key: bytes, identity: str) -> str:
    return hmac.digest(derive(data_key, "check"), identity.encode(), "sha256").hex()


def _check_sealed(folder: Path) -> None:
    """There is no lock: is there anything that one belonged to, or that never had one?"""
    if (folder / _KEYS / _UNSEALED).exists():
        raise UnsealedFolder(folder)
    if (folder / _KEYS).is_dir() and any((folder / _KEYS).iterdir()):
        raise LockLost(folder)
