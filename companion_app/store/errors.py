"""What can go wrong with a database of the app."""

from __future__ import annotations

from pathlib import Path

from companion_app.errors import AppError


class StoreError(AppError):
    """Base of the store's errors."""


class SchemaTooNew(StoreError):
    """A later version of this app wrote the database: `found` is its schema, `known` the latest this version knows."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(path, found, known)
        self.path = path
        self.found = found
        self.known = known


class DatabaseDamaged(StoreError):
    """SQLite's own check failed, or a row is not what was sealed; nothing was changed.

    `backup` is the copy made before the last change of the schema, None where there is none. The way out is the
    owner's: `Database.restore` or `Database.put_aside`; both keep the damaged file.
    """

    def __init__(self, path: Path, fault: str, backup: Path | None) -> None:
        super().__init__(path, fault, backup)
        self.path = path
        self.fault = fault
        self.backup = backup


class DatabaseUnwritable(StoreError):
    """A change could not be made durable, so nothing of it was made. `fault` in SQLite's words."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(path, fault)
        self.path = path
        self.fault = fault


class NoBackup(StoreError):
    """There is no copy of this database to go back to."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path
