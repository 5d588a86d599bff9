"""What can go wrong with records."""

from __future__ import annotations

from pathlib import Path

from companion_app.errors import AppError


class LedgerError(AppError):
    """Base of the ledger's errors."""


class LedgerWriteFailed(LedgerError):
    """The record could not be made durable; nothing was recorded and what it was to record must not happen."""

    def __init__(self, kind: str, errno: int | None) -> None:
        super().__init__(kind, errno)
        self.kind = kind
        self.errno = errno


class LedgerInUse(LedgerError):
    """Another process of this app keeps the records below `folder`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder


class NotRecordable(LedgerError):
    """The kind or data of a record is not plain bounded JSON."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(kind, reason)
        self.kind = kind
        self.reason = reason
