"""A picture that was looked at: its pixels, and everything in it that can be masked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from companion_app.redaction.area import Area
from companion_app.redaction.decoding import Original
from companion_app.redaction.errors import DetectionFailed
from companion_app.redaction.kind import Kind
from companion_app.redaction.region import Region, Seen

MAX_REGIONS = 2000


@dataclass(frozen=True)
class Look:
    """Regions in a fixed order, the same for the same picture; no text that was read is kept."""

    original: Original = field(repr=False)
    regions: tuple[Region, ...]

    @property
    def width(self) -> int:
        """Px of the upright original."""
        return self.original.image.width

    @property
    def height(self) -> int:
        """Px of the upright original."""
        return self.original.image.height

    @property
    def original_sha256(self) -> str:
        """Hex, of the bytes that were looked at."""
        return self.original.sha256


def look_over(original: Original, found: Iterable[Seen]) -> Look:
    """Name what was found, and widen each area to the blocks that carry traces of it. Raises DetectionFailed."""
    widened = [
        (seen.kind, area, seen.score)
        for seen in found
        if (area := original.grid.around(seen.area, original.bounds)) is not None
    ]
    if len(widened) > MAX_REGIONS:
        # Nobody could look at so many, and a picture made for it would stop the screen that draws them.
        raise DetectionFailed("regions", "too many")
    return Look(original, tuple(_named(_each_once(sorted(widened)))))


def _each_once(ordered: list[tuple[Kind, Area, float]]) -> list[tuple[Kind, Area, float]]:
    """Of findings of one kind in the same blocks, the surest."""
    best: dict[tuple[Kind, Area], float] = {}
    for kind, area, score in ordered:
        best[kind, area] = max(score, best.get((kind, area), 0.0))
    return [(kind, area, score) for (kind, area), score in best.items()]


def _named(found: list[tuple[Kind, Area, float]]) -> list[Region]:
    counts: Counter[Kind] = Counter()
    regions: list[Region] = []
    for kind, area, score in found:
        counts[kind] += 1
        regions.append(Region(f"{kind}-{counts[kind]}", kind, area, score))
    return regions
