"""A picture that was looked at: its pixels, and everything in it that can be masked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from companion_app.redaction.area import Area
from companion_app.redaction.decoding import Original
from companion_app.redaction.kind import Kind
from companion_app.redaction.region import Region, Seen

MAX_REGIONS = 1500


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
    """Name what was found, and widen each area to the blocks that carry traces of it."""
    widened = [
        (seen.kind, area, seen.score)
        for seen in found
        if (area := original.grid.around(seen.area, original.bounds)) is not None
    ]
    # Without this bound a picture made for it could stop the screen that draws the regions; the rest is one mask.
    ordered = _each_once(sorted(widened))
    regions = [*_named(ordered[:MAX_REGIONS]), *_rest(ordered[MAX_REGIONS:])]
    return Look(original, tuple(regions))


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


def _rest(found: list[tuple[Kind, Area, float]]) -> list[Region]:
    if not found:
        return []
    hull = found[0][1]
    for _kind, area, _score in found[1:]:
        hull = hull.hull(area)
    return [Region("drawn-rest", Kind.DRAWN, hull, 0.0)]
