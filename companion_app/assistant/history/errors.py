"""What can go wrong with what was asked before."""

from __future__ import annotations

from companion_app.errors import AppError


class HistoryError(AppError):
    """Base of the history's errors; `entry` is the entry's id."""

    def __init__(self, entry: str) -> None:
        super().__init__(entry)
        self.entry = entry


class EntryGone(HistoryError):
    """It was forgotten, or never kept."""


class NoSoundKept(HistoryError):
    """The entry has no sound: it was typed, or the sound was not to be kept, or its time is over."""


class NotKept(HistoryError):
    """It could not be written; nothing of it was."""
