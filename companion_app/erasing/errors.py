"""What can go wrong before anything is destroyed. Afterwards nothing is raised: the receipt says what is left."""

from __future__ import annotations

from pathlib import Path

from companion_app.errors import AppError


class ErasingError(AppError):
    """Base of this package's errors; nothing on this device has been destroyed."""


class ReceiptInside(ErasingError):
    """The receipt was to lie in the app's own `folder`, which is what goes."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder


class NoPlaceForReceipt(ErasingError):
    """The receipt could not be written to `folder`."""

    def __init__(self, folder: Path, errno: int | None) -> None:
        super().__init__(folder, errno)
        self.folder = folder
        self.errno = errno


class GlassesNotErased(ErasingError):
    """The glasses in use could not be asked, or refused, because of `cause`; what they did erase stays erased."""

    def __init__(self, glasses: str, cause: AppError) -> None:
        super().__init__(glasses, cause)
        self.glasses = glasses
        self.cause = cause
