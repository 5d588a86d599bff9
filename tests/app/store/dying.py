"""Commits rows in children of this process, each killed (-9) at another step of what SQLite does.

`die_at` counts steps of SQLite's virtual machine, and of the app's own writes: migrations, checks, commits, copies.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from companion_app.store import Database, Tables
from tests.app.vaults import vault_in

ROWS = 3


def first(tables: Tables) -> None:
    tables.create("rows")


def second(tables: Tables) -> None:
    tables.create("more")
    for key, value in tables.rows("rows"):
        tables.put("more", key, value)


class Death:
    """Kills this process at the `at`-th step."""

    def __init__(self, at: int) -> None:
        self._left = at

    def step(self) -> int:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    def before(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def dying(*arguments: Any, **named: Any) -> Any:
            self.step()
            return act(*arguments, **named)

        return dying


def opened(folder: Path, *migrations: Callable[[Tables], None]) -> Database:
    return Database.open(folder / "library" / "library.db", migrations, vault_in(folder))


def work(folder: Path, at: int, told: int) -> None:
    """Open, commit rows, migrate; each row that is confirmed goes to the pipe `told`."""
    vault_in(folder)
    death, connect = Death(at), sqlite3.connect

    def connected(*arguments: Any, **named: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **named)
        connection.set_progress_handler(death.step, 1)
        return connection

    sqlite3.connect = connected  # type: ignore[assignment]
    os.fsync, os.replace = death.before(os.fsync), death.before(os.replace)
    database = opened(folder, first)
    for number in range(ROWS):
        with database.transaction() as tables:
            tables.put("rows", f"a{number}", bytes([number]))
            tables.put("rows", f"b{number}", bytes([number]))
        os.write(told, bytes([number]))
    database.close()
    opened(folder, first, second).close()


def killed_at(folder: Path, at: int, work: Callable[[Path, int, int], None] = work) -> tuple[bool, int]:
    """Whether the child was killed, and how many acts of `work` it had confirmed, a byte in the pipe for each."""
    reading, told = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            work(folder, at, told)
        except BaseException as error:  # noqa: BLE001 (a child must not go on as its parent)
            sys.stderr.write(f"step {at}: {error!r}\n")
            os._exit(1)
        os._exit(0)
    os.close(told)
    with os.fdopen(reading, "rb") as pipe:
        confirmed = len(pipe.read())
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return True, confirmed
    if os.WEXITSTATUS(status):
        raise SystemExit(f"step {at} failed")
    return False, confirmed
