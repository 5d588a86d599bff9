"""Durable private files: write beside, flush, rename; after a cut at any step the reader finds the old or the new."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_PRIVATE_FILE = 0o600
_PRIVATE_FOLDER = 0o700


def private_folder(folder: Path) -> Path:
    """Make `folder` (and parents) readable by its owner alone; returns it."""
    folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    folder.chmod(_PRIVATE_FOLDER)
    return folder


def write_atomic(path: Path, data: bytes) -> None:
    """Replace `path` with `data`, mode 0600, durable on return. Raises OSError and leaves the old file."""
    write_atomic_pieces(path, (data,))


def write_atomic_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """`write_atomic` of what is too large to hold once more in one piece."""
    beside = path.with_name(path.name + ".new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE_FILE)
    try:
        try:
            for piece in pieces:
                write_all(handle, piece)
            os.fsync(handle)
        finally:
            os.close(handle)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_json(path: Path, value: object) -> None:
    """`write_atomic` of `value` as JSON text."""
    write_atomic(path, json.dumps(value, indent=1).encode() + b"\n")


def remove(path: Path) -> None:
    """Unlink `path` if it is there, durable on return."""
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def write_all(handle: int, data: bytes) -> None:
    """Write every byte to the file descriptor; os.write alone may stop short."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def write_all_over(path: Path) -> None:
    """Write zeros over every byte of a file, durable on return. Raises OSError."""
    handle = os.open(path, os.O_WRONLY)
    try:
        write_all(handle, bytes(os.fstat(handle).st_size))
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make a rename or unlink in `folder` durable where the system lets a folder be flushed (Windows does not)."""
    with suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
