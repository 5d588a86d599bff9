"""Copies of a database file: from before its schema changed, and damaged ones that are kept."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from companion_app.files import remove, sync_folder

_PRIVATE_FILE = 0o600
_BACKUP = ".before-migration"
_UNFINISHED = ".new"
_LOGS = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a database
_MOST_DAMAGED = 10_000


def make_private(path: Path) -> None:
    """The file exists and only its owner may read it; SQLite gives its logs the same mode. Raises OSError."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, _PRIVATE_FILE))


def clear_unfinished(path: Path) -> None:
    """Remove the copy that a crash left half-made."""
    _beside(path, _BACKUP + _UNFINISHED).unlink(missing_ok=True)


def back_up(connection: sqlite3.Connection, path: Path) -> None:
    """Copy the open database, durable on return. Raises sqlite3.Error, OSError; an older copy stays then."""
    unfinished = _beside(path, _BACKUP + _UNFINISHED)
    unfinished.unlink(missing_ok=True)
    make_private(unfinished)
    with closing(sqlite3.connect(unfinished)) as copy:
        connection.backup(copy)
    handle = os.open(unfinished, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    unfinished.replace(_beside(path, _BACKUP))
    sync_folder(path.parent)


def backup_of(path: Path) -> Path | None:
    """The copy from before the last change of the schema."""
    backup = _beside(path, _BACKUP)
    return backup if backup.exists() else None


def drop_backup(path: Path) -> None:
    """The changed database was opened: the copy has done its duty. Raises OSError."""
    if backup_of(path) is not None:
        remove(_beside(path, _BACKUP))


def bring_back(path: Path) -> None:
    """Put the copy in the database's place; where it is no longer. Raises OSError."""
    _beside(path, _BACKUP).replace(path)
    sync_folder(path.parent)


def put_aside(path: Path) -> Path:
    """Keep a damaged database and its logs under another name. Raises OSError.

    The logs go first: a log without its database would be taken for that of the next one.
    """
    kept = next(each for each in _names_aside(path) if not each.exists())
    for ending in (*_LOGS, ""):
        part = _beside(path, ending)
        if part.exists():
            part.replace(_beside(kept, ending))
    sync_folder(path.parent)
    return kept


def _names_aside(path: Path) -> list[Path]:
    return [_beside(path, f".damaged-{number:04d}") for number in range(1, _MOST_DAMAGED)]


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
