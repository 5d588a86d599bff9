"""From pixels and a plan to the bytes of a new file: crop, fill, encode."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field

from PIL import Image

from companion_app.redaction.area import Area, covered
from companion_app.redaction.errors import PlanOfAnotherPicture
from companion_app.redaction.kind import Reason
from companion_app.redaction.look import Look
from companion_app.redaction.plan import Plan
from companion_app.redaction.region import Region

FILL = (0, 0, 0)
QUALITY = 90
_SUBSAMPLING = "4:2:0"
# A kept region of which the masks leave less than this is not visible.
_BARELY = 0.02


@dataclass(frozen=True)
class Redacted:
    """A JPEG made from pixels alone, and what was done; areas in px of the upright original. Nobody has verified it."""

    jpeg: bytes = field(repr=False)
    sha256: str
    original_sha256: str
    width: int
    height: int
    crop: Area | None
    masked: tuple[Region, ...]
    kept: tuple[tuple[Region, Reason], ...]

    @property
    def origin(self) -> tuple[int, int]:
        """Column and row of the original where this picture begins."""
        return (self.crop.left, self.crop.top) if self.crop is not None else (0, 0)

    @property
    def frame(self) -> Area:
        """The part of the original that this picture shows."""
        left, top = self.origin
        return Area(left, top, left + self.width, top + self.height)


def make(look: Look, plan: Plan) -> Redacted:
    """The same bytes for the same picture and plan. Raises PlanOfAnotherPicture, also where the plan does not know of
    something that this look found."""
    if plan.original_sha256 != look.original_sha256 or not set(look.regions) <= set(plan.regions):
        raise PlanOfAnotherPicture(plan.original_sha256, look.original_sha256)
    frame = plan.crop or plan.bounds
    masked = tuple(region for region in plan.masked if region.area.common(frame) is not None)
    image = _fill(look.original.image, frame, masked)
    jpeg = _encode(image)
    return Redacted(
        jpeg=jpeg,
        sha256=hashlib.sha256(jpeg).hexdigest(),
        original_sha256=look.original_sha256,
        width=image.width,
        height=image.height,
        crop=plan.crop,
        masked=masked,
        kept=tuple((region, why) for region, why in plan.kept if _is_seen(region, frame, masked)),
    )


def _fill(original: Image.Image, frame: Area, masked: tuple[Region, ...]) -> Image.Image:
    """A new image that takes over nothing but pixels: Pillow writes comments and profiles of an image it was given."""
    image = Image.new("RGB", (frame.width, frame.height))
    image.paste(original, (-frame.left, -frame.top))
    for region in masked:
        area = region.area.common(frame)
        if area is not None:
            here = area.moved(-frame.left, -frame.top)
            image.paste(FILL, (here.left, here.top, here.right, here.bottom))
    return image


def _encode(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, subsampling=_SUBSAMPLING)
    return out.getvalue()


def _is_seen(region: Region, frame: Area, masked: tuple[Region, ...]) -> bool:
    """True where enough of a kept region lies inside the frame and under no mask."""
    part = region.area.common(frame)
    return part is not None and 1 - covered(part, (mask.area for mask in masked)) > _BARELY
