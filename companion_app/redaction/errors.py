"""What can go wrong while a picture is made fit to leave. After each of these nothing has left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from companion_app.errors import AppError

if TYPE_CHECKING:
    from companion_app.redaction.area import Area
    from companion_app.redaction.kind import Kind
    from companion_app.redaction.region import Seen


class RedactionError(AppError):
    """Root of this package's errors."""


class RedactionUnavailable(RedactionError):
    """A package of the `answers` extra is missing: `pip install 'plainsight[answers]'` brings it."""

    def __init__(self, package: str) -> None:
        super().__init__(package)
        self.package = package


class DetectionFailed(RedactionError):
    """A detector gave up on this picture, so nobody knows what it shows."""

    def __init__(self, detector: str, reason: str) -> None:
        super().__init__(detector, reason)
        self.detector = detector
        self.reason = reason


class PictureUnreadable(RedactionError):
    """The bytes are no whole JPEG, PNG or WebP picture."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PictureOutOfBounds(RedactionError):
    """More bytes or pixels than will be decoded, found out before decoding; `what`: bytes, side or pixels."""

    def __init__(self, what: str, found: int, limit: int) -> None:
        super().__init__(what, found, limit)
        self.what = what
        self.found = found
        self.limit = limit


class PlanError(RedactionError):
    """A plan that can't be made; the old one stands."""


class UnknownRegion(PlanError):
    """The plan has no region with this id."""

    def __init__(self, region: str) -> None:
        super().__init__(region)
        self.region = region


class FaceNeedsConsent(PlanError):
    """A face is unmasked only with the word that the person it shows has agreed."""

    def __init__(self, region: str) -> None:
        super().__init__(region)
        self.region = region


class BadArea(PlanError):
    """An area that is empty or lies outside the picture, px."""

    def __init__(self, left: int, top: int, right: int, bottom: int) -> None:
        super().__init__(left, top, right, bottom)
        self.left, self.top, self.right, self.bottom = left, top, right, bottom


class CropTooSmall(PlanError):
    """Nothing is left of the crop once pixels with traces of what lies outside are gone."""

    def __init__(self, area: Area) -> None:
        super().__init__(area)
        self.area = area


class PlanOfAnotherPicture(PlanError):
    """The plan was made for another picture; hex SHA-256 of both originals."""

    def __init__(self, planned: str, looked_at: str) -> None:
        super().__init__(planned, looked_at)
        self.planned = planned
        self.looked_at = looked_at


class StillVisible(RedactionError):
    """The second look at the bytes that would leave saw what the plan does not keep; areas in px of the original."""

    def __init__(self, found: tuple[Seen, ...]) -> None:
        super().__init__(found)
        self.found = found

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What was seen, each kind once."""
        return tuple(sorted({seen.kind for seen in self.found}))

    @property
    def areas(self) -> tuple[Area, ...]:
        """Where: what a further mask must cover."""
        return tuple(seen.area for seen in self.found)
