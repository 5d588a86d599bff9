"""An app's database and gallery in a folder, for tests of what stands on them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from companion_app.gallery import Gallery
from companion_app.library import GOES_WITH_A_PICTURE, TABLES, open_library
from companion_app.rooms import Rooms
from companion_app.store.database import Database
from companion_app.vault import SealedFiles
from companion_app.vault.errors import SealBroken
from tests.app.vaults import room, vault_in


def database_in(folder: Path) -> Database:
    """The database of the app in `folder`, opened once more at each call."""
    return open_library(folder / "library", vault_in(folder))


def gallery_in(folder: Path, database: Database | None = None) -> Gallery:
    """The gallery of the app in `folder`, as a start of the app opens it."""
    return Gallery(database or database_in(folder), room(folder / "gallery"), with_it=GOES_WITH_A_PICTURE)


def break_a_row(folder: Path, table: str) -> None:
    """Turn one bit of the first row's value, as a failing disk does."""
    connection = sqlite3.connect(folder / "library" / "library.db")
    key, value = connection.execute(f"SELECT key, value FROM {table} LIMIT 1").fetchone()
    broken = value[:-1] + bytes([value[-1] ^ 1])
    connection.execute(f"UPDATE {table} SET value = ? WHERE key = ?", (broken, key))
    connection.commit()
    connection.close()


def opened_in(folder: Path) -> bytes:
    """Everything that the owner of the app in `folder` could read: files, lines and rows, opened."""
    rooms, database = Rooms(vault_in(folder)), database_in(folder)
    found = [key.encode() + b"=" + row for table in TABLES for key, row in database.rows(table)]
    for files in vars(rooms).values():
        if isinstance(files, SealedFiles):
            found += [content for name in files.names() for content in _contents(files, name)]
    return b"\n".join(found)


def _contents(files: SealedFiles, name: str) -> list[bytes]:
    try:
        return [files.read(name)]
    except SealBroken:  # no whole file: lines, or what the glasses sealed themselves
        return [line for line in files.lines(name).lines if line is not None]
