"""After a crash: sessions that began and have no end on record get one, with the root over what their logs hold."""

from __future__ import annotations

import logging
import re

from companion_app.sharing.live.errors import LogUnavailable
from companion_app.sharing.live.frame_log import FrameLog, read_lines
from companion_app.sharing.live.summary import summary_of
from companion_app.sharing.outcome import Outcome
from companion_app.sharing.records import ENDED, SENDING, ShareRecords, receipt_id_of
from companion_app.vault import SealedFiles

_INTERRUPTED = "interrupted"
_NAME = re.compile(r"[0-9a-f]{32}")
_log = logging.getLogger(__name__)


def close_interrupted(records: ShareRecords, files: SealedFiles) -> list[str]:
    """Enter "unknown: may have been sent" for each; returns their receipt ids. Raises LedgerUnavailable."""
    unfinished: dict[str, None] = {}
    for entry in records.entries():
        if entry.kind == SENDING and "live" in entry.data:
            unfinished[receipt_id_of(entry)] = None
        elif entry.kind == ENDED:
            unfinished.pop(receipt_id_of(entry), None)
    for receipt_id in unfinished:
        lines = _closed_lines(files, receipt_id)
        # Whether the log is whole nobody can say: so the session is unknown, whatever its frames say.
        records.ended(receipt_id, Outcome.UNKNOWN, summary_of(lines, _INTERRUPTED, None, None))
    return list(unfinished)


def _closed_lines(files: SealedFiles, receipt_id: str) -> tuple[bytes, ...]:
    """The log's lines, each frame with an end; none where there is no log, which must not keep the app from opening."""
    if not _NAME.fullmatch(receipt_id):  # a forged entry must not lead to another file
        return ()
    try:
        log = FrameLog(files, receipt_id)
        log.close(_INTERRUPTED)
    except LogUnavailable as error:
        _log.warning("the log of an interrupted live session: %s", error.data["reason"])
        return read_lines(files, receipt_id)
    return log.lines
