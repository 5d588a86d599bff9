"""Is what a second look saw what the plan keeps on purpose? Pure geometry; nothing is seen here."""

from __future__ import annotations

from collections.abc import Iterable

from companion_app.redaction.area import Area, covered
from companion_app.redaction.kind import WRITTEN, Kind, Reason
from companion_app.redaction.making import Redacted
from companion_app.redaction.region import Region, Seen

# Of what was seen, the share that must lie in kept regions to be what is kept.
_MEANT = 0.5
# A finding of which masks leave less than this shows nothing: a detector took the edge of a mask for something.
_UNDER_MASKS = 0.3
_LETTERS_UNDER_MASKS = 0.05
_LETTERS_IN = WRITTEN | {Kind.CODE, Kind.SCREEN}


def unexcused(seen: Iterable[Seen], redacted: Redacted) -> tuple[Seen, ...]:
    """Findings (px of the redacted picture) that the plan does not keep, in px of the original."""
    left, top = redacted.origin
    at_home = [Seen(one.kind, one.area.moved(left, top), one.score) for one in seen]
    return tuple(sorted(one for one in at_home if not _is_meant(one, redacted)))


def _is_meant(seen: Seen, redacted: Redacted) -> bool:
    masks = [region.area for region in redacted.masked]
    visible = 1 - covered(seen.area, masks)
    if visible < (_LETTERS_UNDER_MASKS if seen.kind in WRITTEN else _UNDER_MASKS):
        return True
    allowed = [_around(region) for region, reason in redacted.kept if _allows(region, reason, seen.kind)]
    return visible - (1 - covered(seen.area, [*allowed, *masks])) >= _MEANT * visible


def _allows(region: Region, reason: Reason, kind: Kind) -> bool:
    """May a kept region show something of this kind? What the owner unmasked by hand was looked at by the owner; what
    a question or a rule keeps is kept as the kind that it was taken for, and a card in it was not meant."""
    if region.kind is kind:
        return True
    if kind is Kind.FACE or region.kind is Kind.FACE:
        return False
    if kind is Kind.TEXT:
        return region.kind in _LETTERS_IN
    return reason is Reason.OWNER


def _around(region: Region) -> Area:
    """A second detector draws its boxes a little differently."""
    return region.area.grown(region.area.width // 4, region.area.height // 4)
