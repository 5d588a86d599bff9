"""What was taken out of a picture before it may leave, in numbers: for the proposal, the receipt and the ledger."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from companion_app.redaction import Kind, Reason, Verified


@dataclass(frozen=True)
class Redactions:
    """`width` × `height` px of what would leave; `crop`: left, top, right, bottom in px of the original, None for all
    of it; `masked`: how many of each kind; `kept`: kind and reason of each region that can still be seen;
    `faces_agreed`: faces that stay because the owner said that the person agreed."""

    width: int
    height: int
    crop: tuple[int, int, int, int] | None
    masked: tuple[tuple[str, int], ...]
    kept: tuple[tuple[str, str], ...]
    faces_agreed: int

    def record(self) -> dict[str, Any]:
        """As JSON values: counts alone, never where a thing is or what it says."""
        return {
            "width": self.width,
            "height": self.height,
            "crop": list(self.crop) if self.crop else None,
            "masked": dict(self.masked),
            "kept": [list(row) for row in self.kept],
            "faces_agreed": self.faces_agreed,
        }


def redactions_of(verified: Verified) -> Redactions:
    """The numbers of one verified redaction."""
    masked = Counter(region.kind.value for region in verified.masked)
    crop = verified.crop
    return Redactions(
        width=verified.width,
        height=verified.height,
        crop=(crop.left, crop.top, crop.right, crop.bottom) if crop is not None else None,
        masked=tuple(sorted(masked.items())),
        kept=tuple((region.kind.value, reason.value) for region, reason in verified.kept),
        faces_agreed=sum(reason is Reason.AGREED for _, reason in verified.kept),
    )


def shows_faces(verified: Verified) -> bool:
    """True when a face that was found is left to be seen."""
    return any(region.kind is Kind.FACE for region, _ in verified.kept)
