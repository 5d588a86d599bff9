"""Answers with rows: as many as one frame holds."""

import json

from plainsight import wire

_LIST_BYTES = wire.MAX_BODY - 64  # what an answer's rows may take, the rest of the object left out


def rows_that_fit(rows: list) -> list:
    """As many rows from the front as fit one answer, and at least one."""
    room = _LIST_BYTES
    fitting = []
    for row in rows:
        room -= len(json.dumps(row, separators=(",", ":")).encode()) + 1
        if room < 0 and fitting:
            break
        fitting.append(row)
    return fitting
