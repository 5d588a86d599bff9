"""What is done about a row that does not open where nobody can be asked: it stays, and the log says so."""

from __future__ import annotations

import logging
from collections.abc import Callable

_log = logging.getLogger(__name__)


def note_broken(table: str) -> Callable[[bytes], None]:
    """To be given to `Database.rows`: one damaged row does not shut the others away."""

    def note(name: bytes) -> None:
        _log.warning("a row of %s does not open and is left as it is: %s", table, name.hex())

    return note
