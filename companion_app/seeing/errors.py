"""What can go wrong while looking at a picture on this device."""

from __future__ import annotations

from companion_app.errors import AppError


class SeeingError(AppError):
    """Root of this package's errors."""


class NotAPicture(SeeingError):
    """The bytes are not a whole JPEG, PNG or WebP picture."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PictureTooLarge(SeeingError):
    """More bytes or pixels than will be decoded; found out before decoding."""

    def __init__(self, what: str, found: int, limit: int) -> None:
        super().__init__(what, found, limit)
        self.what = what
        self.found = found
        self.limit = limit


class AnswersNotInstalled(SeeingError):
    """A package of the `answers` extra is missing: `pip install 'plainsight[answers]'` brings it."""

    def __init__(self, package: str) -> None:
        super().__init__(package)
        self.package = package


class DetectorFailed(SeeingError):
    """A detector's library gave up on this picture."""

    def __init__(self, detector: str, reason: str) -> None:
        super().__init__(detector, reason)
        self.detector = detector
        self.reason = reason
