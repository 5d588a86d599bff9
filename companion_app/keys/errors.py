"""What can go wrong with keys."""

from __future__ import annotations

from pathlib import Path

from companion_app.errors import AppError


class KeyUnreadable(AppError):
    """A key file is damaged, or protected in a way this version does not know; it is never replaced silently."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(path, fault)
        self.path = path
        self.fault = fault
