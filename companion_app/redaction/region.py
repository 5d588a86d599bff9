"""What was found where."""

from __future__ import annotations

from dataclasses import dataclass

from companion_app.redaction.area import Area
from companion_app.redaction.kind import Kind


@dataclass(frozen=True, order=True)
class Seen:
    """One finding of a detector; `area` in px of the picture it was given. `score` 0–1: of writing how surely it was
    read, of a code whether it was decoded, of anything else how surely it is there."""

    kind: Kind
    area: Area
    score: float


@dataclass(frozen=True, order=True)
class Region:
    """One thing that can be masked; `area` is what masking fills, in px of the upright original."""

    id: str
    kind: Kind
    area: Area
    score: float
