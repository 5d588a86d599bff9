"""Children of this process, each killed (-9) at another step of what it writes.

A step is a write, flush, rename or unlink that `Death.before` stands before, or one of SQLite's virtual machine.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

WRITE = os.write


class Death:
    """Kills this process at the `at`-th step; a write dies half-way."""

    def __init__(self, at: int) -> None:
        self._left = at

    def step(self) -> int:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    def before(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def dying(*arguments: Any, **named: Any) -> Any:
            if self._left == 1 and act is WRITE:
                act(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
            self.step()
            return act(*arguments, **named)

        return dying

    def within_sqlite(self) -> None:
        """Count what every connection does from now on."""
        connect = sqlite3.connect

        def connected(*arguments: Any, **named: Any) -> sqlite3.Connection:
            connection = connect(*arguments, **named)
            connection.set_progress_handler(self.step, 1)
            return connection

        sqlite3.connect = connected  # type: ignore[assignment]


def killed_at(folder: Path, at: int, work: Callable[[Path, int, int], None]) -> tuple[bool, int]:
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
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status):
        raise SystemExit(f"step {at} failed")
    return os.WIFSIGNALED(status), confirmed
