"""The part of a picture that a question is about."""

from __future__ import annotations

from collections.abc import Sequence

from companion_app.redaction.area import Area, Grid

_MARGIN_PX = 24
# A crop that leaves out less than this is not worth a choice.
_WORTH_IT = 0.75


def suggest(wanted: Sequence[Area], bounds: Area, grid: Grid) -> Area | None:
    """The rectangle around everything wanted, with a margin; None where nothing is wanted, or nearly all."""
    if not wanted:
        return None
    hull = wanted[0]
    for area in wanted[1:]:
        hull = hull.hull(area)
    crop = grid.around(hull.grown(_MARGIN_PX, _MARGIN_PX), bounds)
    return crop if crop is not None and crop.pixels < _WORTH_IT * bounds.pixels else None
