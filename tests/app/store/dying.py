"""Commits rows in children of this process, each killed (-9) at another step of what SQLite does.

`die_at` counts steps of SQLite's virtual machine, and of the app's own writes: migrations, checks, commits, copies.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from companion_app.store import Database, Tables
from tests.app.deaths import Death
from tests.app.vaults import vault_in

ROWS = 3


def first(tables: Tables) -> None:
    tables.create("rows")


def second(tables: Tables) -> None:
    tables.create("more")
    for key, value in tables.rows("rows"):
        tables.put("more", key, value)


def opened(folder: Path, *migrations: Callable[[Tables], None]) -> Database:
    return Database.open(folder / "library" / "library.db", migrations, vault_in(folder))


def work(folder: Path, at: int, told: int) -> None:
    """Open, commit rows, migrate; each row that is confirmed goes to the pipe `told`."""
    vault_in(folder)
    death = Death(at)
    death.within_sqlite()
    os.fsync, os.replace = death.before(os.fsync), death.before(os.replace)
    database = opened(folder, first)
    for number in range(ROWS):
        with database.transaction() as tables:
            tables.put("rows", f"a{number}", bytes([number]))
            tables.put("rows", f"b{number}", bytes([number]))
        os.write(told, bytes([number]))
    database.close()
    opened(folder, first, second).close()
