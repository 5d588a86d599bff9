"""The tables of an open database: text keys, values of bytes, each row sealed."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable

from companion_app.store.rows import RowBroken, RowSeal
from companion_app.vault import Vault

_NAME = re.compile(r"[a-z][a-z_]{0,30}")


class Tables:
    """What a migration and a transaction work on. Everything raises VaultLocked after `vault.lock()`."""

    def __init__(self, connection: sqlite3.Connection, vault: Vault, database: str) -> None:
        self._connection = connection
        self._vault = vault
        self._database = database
        self._seals: dict[str, RowSeal] = {}

    def create(self, table: str) -> None:
        """A new table; its name is the one thing that stands in the clear."""
        self._connection.execute(
            f"CREATE TABLE {_checked(table)} (key BLOB PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID"
        )

    def drop(self, table: str) -> None:
        """Remove a table with all its rows."""
        self._connection.execute(f"DROP TABLE {_checked(table)}")

    def names(self) -> list[str]:
        """All tables."""
        found = self._connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        return [str(row[0]) for row in found]

    def put(self, table: str, key: str, value: bytes) -> None:
        """Add a row, or replace the one with this key."""
        row = self._seal(table).seal(key, value)
        self._connection.execute(f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", row)

    def get(self, table: str, key: str) -> bytes | None:
        """One value. Raises RowBroken."""
        seal = self._seal(table)
        found = self._connection.execute(f"SELECT value FROM {table} WHERE key = ?", (seal.name(key),)).fetchone()
        return None if found is None else seal.open(seal.name(key), found[0])[1]

    def remove(self, table: str, key: str) -> bool:
        """Remove a row; True where there was one. What it held is overwritten (secure_delete)."""
        name = self._seal(table).name(key)
        return self._connection.execute(f"DELETE FROM {table} WHERE key = ?", (name,)).rowcount > 0

    def rows(self, table: str, broken: Callable[[bytes], None] | None = None) -> list[tuple[str, bytes]]:
        """Every key and value, in no order. `broken` hears of each row that does not open (its key on the disk), which
        stays where it is. Raises RowBroken where nobody hears."""
        seal = self._seal(table)
        opened: list[tuple[str, bytes]] = []
        for name, value in self._connection.execute(f"SELECT key, value FROM {table}").fetchall():
            try:
                opened.append(seal.open(name, value))
            except RowBroken:
                if broken is None:
                    raise
                broken(name)
        return opened

    def count(self, table: str) -> int:
        """How many rows there are."""
        found = self._connection.execute(f"SELECT count(*) FROM {_checked(table)}").fetchone()
        return int(found[0])

    def set_version(self, version: int) -> None:
        """Which version of the schema this is; part of the transaction."""
        self._connection.execute(f"PRAGMA user_version = {int(version)}")

    def _seal(self, table: str) -> RowSeal:
        self._vault.subkey("rows")  # a locked vault opens nothing, whatever was derived before
        if table not in self._seals:
            self._seals[table] = RowSeal(self._vault, self._database, _checked(table))
        return self._seals[table]


def _checked(table: str) -> str:
    """A table's name, for SQL has no parameters for those."""
    if not _NAME.fullmatch(table):
        raise ValueError(f"no name for a table: {table[:40]!r}")
    return table
