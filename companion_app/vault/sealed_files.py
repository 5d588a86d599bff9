"""One room's files, sealed: the operations of `companion_app.files`, by name, as durable as there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from companion_app.files import private_folder, remove, sync_folder, write_all, write_atomic_pieces
from companion_app.vault import sealing
from companion_app.vault.errors import SealBroken
from companion_app.vault.sealing import Unsealable
from companion_app.vault.vault import Vault

_PRIVATE_FILE = 0o600
_UNFINISHED = ".new"


@dataclass(frozen=True)
class Lines:
    """A growing file's lines; None stands for one that was not sealed here. `torn_bytes`: of an unfinished last."""

    lines: tuple[bytes | None, ...]
    torn_bytes: int = 0


class SealedFiles:
    """The files of one room: a folder below the vault's. A name may have slashes; it is one file all the same.

    Everything raises VaultLocked after `vault.lock()`.
    """

    def __init__(self, vault: Vault, folder: Path) -> None:
        """Raises ValueError where `folder` is not below the vault's."""
        self.vault = vault
        self.folder = private_folder(folder)
        self._room = folder.relative_to(vault.folder).as_posix()

    def clear_unfinished(self) -> None:
        """Remove what a crash left of writes that never ended; call it before anything is written."""
        for left in self.folder.glob("*" + _UNFINISHED):
            left.unlink()

    def write(self, name: str, data: bytes) -> None:
        """Replace the file, durable on return. Raises OSError and leaves the old one."""
        self.write_pieces(name, (data,))

    def write_pieces(self, name: str, pieces: Iterable[bytes]) -> None:
        """`write` of what is too large to hold once more in one piece."""
        salt = sealing.new_salt()
        write_atomic_pieces(self.path(name), sealing.sealed_pieces(self._key(name, salt), salt, pieces))

    def write_json(self, name: str, value: object) -> None:
        """`write` of `value` as JSON text."""
        self.write(name, json.dumps(value).encode())

    def read(self, name: str) -> bytes:
        """What was written last. Raises FileNotFoundError, SealBroken, OSError."""
        return b"".join(self.pieces(name))

    def read_json(self, name: str) -> object:
        """As `read`."""
        try:
            return json.loads(self.read(name))
        except (ValueError, RecursionError) as error:
            raise self._broken(name, "not_json") from error

    def pieces(self, name: str) -> Iterator[bytes]:
        """`read` of what is too large to hold in one piece: nothing is whole before the last one came."""
        with self._opened(name) as file:
            try:
                yield from sealing.opened_pieces(self._key(name, sealing.read_salt(file)), file)
            except Unsealable as error:
                raise self._broken(name, error.fault) from error

    def size(self, name: str) -> int:
        """How many bytes `read` will return, if nothing is wrong. Raises FileNotFoundError."""
        return sealing.opened_size(self.path(name).stat().st_size)

    def append_line(self, name: str, line: bytes) -> int:
        """Add one line (any bytes), durable on return; returns what `cut` takes to undo it. Raises OSError: no line."""
        path, sealed = self.path(name), sealing.sealed_line(self._line_key(name), line)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _PRIVATE_FILE)
        try:
            size = os.fstat(handle).st_size
            try:
                write_all(handle, sealed + b"\n")
                os.fsync(handle)
                if size == 0:
                    sync_folder(self.folder)
            except OSError:
                os.ftruncate(handle, size)
                raise
        finally:
            os.close(handle)
        return size

    def lines(self, name: str) -> Lines:
        """All whole lines; none where there is no such file. Raises OSError."""
        key = self._line_key(name)
        try:
            *lines, torn = self.path(name).read_bytes().split(b"\n")
        except FileNotFoundError:
            return Lines(())
        return Lines(tuple(sealing.opened_line(key, line) for line in lines), len(torn))

    def cut(self, name: str, size: int) -> None:
        """Take back what `append_line` added since it returned `size`. Raises OSError."""
        os.truncate(self.path(name), size)

    def cut_torn(self, name: str) -> int:
        """Drop what a crash left of an unfinished last line; returns how many bytes that were. Raises OSError."""
        torn = self.lines(name).torn_bytes
        if torn:
            self.cut(name, self.path(name).stat().st_size - torn)
        return torn

    def exists(self, name: str) -> bool:
        """True where there is such a file, whole or not."""
        return self.path(name).exists()

    def names(self, prefix: str = "") -> list[str]:
        """The names of all files that begin so, in order; what was not named here is none."""
        key = self._name_key()
        found = (sealing.opened_name(key, path.name) for path in self.folder.iterdir())
        return sorted(name for name in found if name is not None and name.startswith(prefix))

    def remove(self, name: str) -> None:
        """Unlink the file if it is there, durable on return. Raises OSError."""
        remove(self.path(name))

    def path(self, name: str) -> Path:
        """Where the file lies, under a name that tells nothing."""
        return self.folder / sealing.sealed_name(self._name_key(), name)

    def _opened(self, name: str) -> BinaryIO:
        return self.path(name).open("rb")

    def _key(self, name: str, salt: bytes) -> bytes:
        return self.vault.file_key(f"file:{self._room}:{name}", salt)

    def _line_key(self, name: str) -> bytes:
        return self.vault.subkey(f"lines:{self._room}:{name}")

    def _name_key(self) -> bytes:
        return self.vault.subkey(f"names:{self._room}", sealing.NAME_KEY_BYTES)

    def _broken(self, name: str, fault: str) -> SealBroken:
        return SealBroken(self._room, name, fault)
