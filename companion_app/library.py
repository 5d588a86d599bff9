"""The app's one database: which tables its services keep in it, and how its schema grew."""

from __future__ import annotations

from pathlib import Path

from companion_app.assistant.history.kept import HISTORY
from companion_app.gallery.places import PLACES, SPOTS
from companion_app.gallery.rows import PICTURES, UNDER_WAY
from companion_app.gallery.words import WORDS
from companion_app.store.database import Database, Migration
from companion_app.store.tables import Tables
from companion_app.vault import Vault

FILE = "library.db"
TABLES = (PICTURES, UNDER_WAY, WORDS, PLACES, SPOTS, HISTORY)
GOES_WITH_A_PICTURE = (WORDS, PLACES)  # rows under the picture's own id


def open_library(folder: Path, vault: Vault) -> Database:
    """Open it, or make it, in `folder`. Raises StoreError, VaultLocked, OSError."""
    return Database.open(folder / FILE, MIGRATIONS, vault)


def _first(tables: Tables) -> None:
    for table in TABLES:
        tables.create(table)


MIGRATIONS: tuple[Migration, ...] = (_first,)
