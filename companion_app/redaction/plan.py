"""Which regions of a picture stay visible, and what part of it is sent. Plans are values: to undo, keep the old one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from companion_app.redaction.area import Area, Grid
from companion_app.redaction.cropping import suggest
from companion_app.redaction.errors import BadArea, CropTooSmall, FaceNeedsConsent, UnknownRegion
from companion_app.redaction.kind import Kind, Reason
from companion_app.redaction.look import Look
from companion_app.redaction.needs import needs
from companion_app.redaction.region import Region, Seen

# What could not be read here may be a card number at a slant, and what could not be decoded no code at all: a question
# or a rule does not keep it, the owner may.
_READ = 0.5
_MUST_BE_READ = frozenset({Kind.TEXT, Kind.CODE})


@dataclass(frozen=True)
class Plan:
    """`kept`: why each visible region is visible, by id; every other region is masked. `crop` in px of the original,
    None for the whole picture. Masks win: what a masked region covers is filled, whoever else covers it."""

    original_sha256: str
    bounds: Area
    grid: Grid
    regions: tuple[Region, ...]
    reasons: tuple[tuple[str, Reason], ...] = ()
    crop: Area | None = None
    suggested_crop: Area | None = None

    def __post_init__(self) -> None:
        for region, reason in self.kept:
            if region.kind is Kind.FACE and reason is not Reason.AGREED:
                raise FaceNeedsConsent(region.id)

    @classmethod
    def all_masked(cls, look: Look) -> Plan:
        """Nothing that was found stays visible."""
        return cls(look.original_sha256, look.original.bounds, look.original.grid, look.regions)

    @classmethod
    def for_question(cls, look: Look, question: str) -> Plan:
        """Only what the question needs stays visible; a crop to it is suggested, not made."""
        plan = cls.all_masked(look)
        for kind in sorted(needs(question)):
            plan = plan._keep(_of_kind(plan.regions, kind), Reason.QUESTION)
        wanted = [region.area for region, _reason in plan.kept]
        return replace(plan, suggested_crop=suggest(wanted, plan.bounds, plan.grid))

    @property
    def masked(self) -> tuple[Region, ...]:
        """What will be filled."""
        visible = dict(self.reasons)
        return tuple(region for region in self.regions if region.id not in visible)

    @property
    def kept(self) -> tuple[tuple[Region, Reason], ...]:
        """What stays, as far as no mask covers it, and why."""
        visible = dict(self.reasons)
        return tuple((region, visible[region.id]) for region in self.regions if region.id in visible)

    def mask(self, what: str | Area | Seen) -> Plan:
        """Mask a region by its id, or what becomes a region of its own: an area, or a finding with its kind; px of the
        original. Raises UnknownRegion; BadArea outside the picture."""
        if isinstance(what, str):
            region = self.region(what)
            return replace(self, reasons=tuple(entry for entry in self.reasons if entry[0] != region.id))
        seen = Seen(Kind.DRAWN, what, 1.0) if isinstance(what, Area) else what
        area = self.grid.around(seen.area, self.bounds)
        if area is None:
            raise BadArea(seen.area.left, seen.area.top, seen.area.right, seen.area.bottom)
        return replace(self, regions=(*self.regions, Region(self._free_id(seen.kind), seen.kind, area, seen.score)))

    def mask_all(self, found: Iterable[Area | Seen]) -> Plan:
        """Mask each of `found`, as `StillVisible.found`. Raises BadArea."""
        plan = self
        for what in found:
            plan = plan.mask(what)
        return plan

    def unmask(self, region_id: str, *, somebody_agreed: bool = False) -> Plan:
        """Keep one region visible; what was drawn by hand goes.
        Raises UnknownRegion; FaceNeedsConsent for a face without `somebody_agreed`."""
        region = self.region(region_id)
        if region.kind is Kind.DRAWN:
            return replace(self, regions=tuple(one for one in self.regions if one.id != region_id))
        if region.kind is Kind.FACE and not somebody_agreed:
            raise FaceNeedsConsent(region_id)
        reason = Reason.AGREED if region.kind is Kind.FACE else Reason.OWNER
        return self._keep((region,), reason)

    def keep(self, kind: Kind) -> Plan:
        """Keep a kind visible where it could be read. Raises FaceNeedsConsent: faces are unmasked one by one."""
        if kind is Kind.FACE:
            raise FaceNeedsConsent(kind)
        return self if kind is Kind.DRAWN else self._keep(_of_kind(self.regions, kind), Reason.RULE)

    def crop_to(self, what: str | Area) -> Plan:
        """Send only this region or area, less the pixels at its edge that carry traces of what lies outside.
        Raises UnknownRegion, BadArea, CropTooSmall."""
        area = self.region(what).area if isinstance(what, str) else what
        if area.common(self.bounds) is None:
            raise BadArea(area.left, area.top, area.right, area.bottom)
        crop = self.grid.within(area, self.bounds)
        if crop is None:
            raise CropTooSmall(area)
        return replace(self, crop=crop)

    def whole(self) -> Plan:
        """Send the whole picture."""
        return replace(self, crop=None)

    def region(self, region_id: str) -> Region:
        """The region with this id. Raises UnknownRegion."""
        for region in self.regions:
            if region.id == region_id:
                return region
        raise UnknownRegion(region_id)

    def _keep(self, regions: Iterable[Region], reason: Reason) -> Plan:
        reasons = dict(self.reasons)
        for region in regions:
            reasons.setdefault(region.id, reason)
        return replace(self, reasons=tuple(reasons.items()))

    def _free_id(self, kind: Kind) -> str:
        taken = {region.id for region in self.regions}
        return next(name for number in range(1, len(taken) + 2) if (name := f"{kind}-{number}") not in taken)


def _of_kind(regions: Iterable[Region], kind: Kind) -> list[Region]:
    """Regions of a kind, of text and codes those that could be read."""
    sure_enough = _READ if kind in _MUST_BE_READ else 0.0
    return [region for region in regions if region.kind is kind and region.score >= sure_enough]
