"""SQLite (WAL, every commit flushed) with sealed rows, migrations, and a check at every start."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from companion_app.files import private_folder, sync_folder
from companion_app.store import copies
from companion_app.store.errors import DatabaseDamaged, DatabaseUnwritable, NoBackup, SchemaTooNew
from companion_app.store.rows import RowBroken
from companion_app.store.tables import Tables
from companion_app.vault import Vault

Migration = Callable[[Tables], None]
"""Leads from one version of the schema to the next; the first one makes it. In one transaction."""

_BUSY_S = 5.0
# Each commit reaches the disk before it returns; a deleted row is overwritten in the file.
_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "trusted_schema = OFF")


class Database:
    """Open: made by `Database.open`, ended by `close`. May be used from several threads, one at a time by itself."""

    def __init__(self, connection: sqlite3.Connection, vault: Vault, path: Path) -> None:
        self.path = path
        self._connection = connection
        self._vault = vault
        self._name = path.relative_to(vault.folder).as_posix()
        self._one = threading.RLock()

    @classmethod
    def open(cls, path: Path, migrations: Sequence[Migration], vault: Vault) -> Database:
        """Check it, copy it before its schema changes, bring the schema up to date; made where there is none.

        Raises SchemaTooNew, DatabaseDamaged (nothing was changed), DatabaseUnwritable, VaultLocked, OSError.
        """
        vault.subkey("rows")  # locked: not even a file is made
        private_folder(path.parent)
        copies.clear_unfinished(path)
        copies.make_private(path)
        connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
        database = cls(connection, vault, path)
        try:
            database._begin()
            database._migrate(migrations)
        except BaseException:
            database.close()
            raise
        sync_folder(path.parent)
        return database

    @contextmanager
    def transaction(self) -> Generator[Tables]:
        """All of the block or nothing, durable when it ends. Raises DatabaseUnwritable, DatabaseDamaged."""
        with self._one, self._translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._tables()
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def get(self, table: str, key: str) -> bytes | None:
        """One value. Raises DatabaseDamaged, VaultLocked."""
        with self._one, self._translated():
            return self._tables().get(table, key)

    def rows(self, table: str, broken: Callable[[bytes], None] | None = None) -> list[tuple[str, bytes]]:
        """Every key and value, in no order; `broken` as of `Tables.rows`. Raises DatabaseDamaged, VaultLocked."""
        with self._one, self._translated():
            return self._tables().rows(table, broken)

    def count(self, table: str) -> int:
        """How many rows there are."""
        with self._one, self._translated():
            return self._tables().count(table)

    def check(self) -> None:
        """SQLite's whole check, and every row opened: for the diagnostics. Raises DatabaseDamaged, VaultLocked."""
        with self._one, self._translated():
            self._ask("PRAGMA integrity_check")
            for table in self._tables().names():
                self._tables().rows(table)

    def close(self) -> None:
        """Write what is in the log into the file, and let go of both."""
        with self._one:
            self._connection.close()

    @staticmethod
    def restore(path: Path) -> Path:
        """Put the copy from before the last migration in the damaged one's place; returns where that is kept now.

        Raises NoBackup, OSError.
        """
        if not copies.backup_of(path):
            raise NoBackup(path)
        kept = copies.put_aside(path)
        copies.bring_back(path)
        return kept

    @staticmethod
    def put_aside(path: Path) -> Path:
        """Begin anew at the next opening; returns where the damaged file is kept. Raises OSError."""
        return copies.put_aside(path)

    def _tables(self) -> Tables:
        return Tables(self._connection, self._vault, self._name)

    def _begin(self) -> None:
        with self._translated():
            for pragma in _PRAGMAS:
                self._connection.execute(f"PRAGMA {pragma}").fetchall()
            self._ask("PRAGMA quick_check")

    def _ask(self, pragma: str) -> None:
        told = [str(row[0]) for row in self._connection.execute(pragma)]
        if told != ["ok"]:
            raise self._damaged(told[0] if told else pragma)

    def _migrate(self, migrations: Sequence[Migration]) -> None:
        """One transaction for each step. The copy from before goes once the new schema was opened once."""
        with self._translated():
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version < 0:
            raise self._damaged("user_version")
        if version > len(migrations):
            raise SchemaTooNew(self.path, version, len(migrations))
        if version == len(migrations):
            copies.drop_backup(self.path)
            return
        if version:
            copies.back_up(self._connection, self.path)
        for number, step in enumerate(migrations[version:], version + 1):
            with self.transaction() as tables:
                step(tables)
                tables.set_version(number)

    @contextmanager
    def _translated(self) -> Generator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise DatabaseUnwritable(self.path, str(error)) from error
        except (sqlite3.DatabaseError, RowBroken) as error:
            raise self._damaged(str(error)) from error

    def _damaged(self, fault: str) -> DatabaseDamaged:
        return DatabaseDamaged(self.path, fault, copies.backup_of(self.path))
