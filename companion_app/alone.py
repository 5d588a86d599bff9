"""One process at a time in an app's folder: two would each go on from the same record, and break the ledger's chain."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from companion_app.files import private_folder
from companion_app.ledger.errors import LedgerInUse

if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


FILE = "in-use"


@contextmanager
def alone(folder: Path) -> Generator[None]:
    """Keep other processes out of `folder` while the block runs; the system ends it with the process, too.
    Raises LedgerInUse where one is in already."""
    with (private_folder(folder) / FILE).open("w") as file:
        try:
            _take(file.fileno())
        except OSError as error:
            raise LedgerInUse(folder) from error
        yield
