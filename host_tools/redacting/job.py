"""Redact one picture after the other; a picture that fails stops no other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from companion_app.errors import AppError
from companion_app.files import write_atomic
from companion_app.redaction import Area, Look, Plan, Redactor, Region, Verified
from companion_app.redaction.decoding import MAX_BYTES
from companion_app.redaction.errors import PictureOutOfBounds, PictureUnreadable, RedactionUnavailable
from companion_app.ui.view_models.words.errors import problem
from host_tools.exits import Exit, HostError
from host_tools.redacting.places import Place


@dataclass(frozen=True)
class Outcome:
    """How one picture ended: `done`, `skipped` (it was done before) or `failed` with an error in words."""

    place: Place
    state: str
    verified: Verified | None = None
    error: str = ""
    message: str = ""
    exit_code: Exit = Exit.OK

    @property
    def line(self) -> str:
        """One line for a person."""
        if self.verified is None:
            return f"{self.place.source}: {self.state}" + (f": {self.message}" if self.message else "")
        return f"{self.place.target}: {_counted(self.verified)}"

    def as_json(self) -> dict[str, Any]:
        """All of it; areas as left, top, right, bottom in px of the upright original."""
        shown: dict[str, Any] = {"in": str(self.place.source), "out": str(self.place.target), "state": self.state}
        if self.error:
            shown |= {"error": self.error, "message": self.message}
        if self.verified is not None:
            shown |= {
                "sha256": self.verified.sha256,
                "original_sha256": self.verified.original_sha256,
                "bytes": len(self.verified.jpeg),
                "width": self.verified.width,
                "height": self.verified.height,
                "crop": _sides(self.verified.crop),
                "masked": [_region(region) for region in self.verified.masked],
                "kept": [{**_region(region), "reason": reason.value} for region, reason in self.verified.kept],
            }
        return shown


@dataclass(frozen=True)
class Job:
    """`plan` decides what stays of each picture; `tell` gets one line at the end of each."""

    redactor: Redactor
    plan: Callable[[Look], Plan]
    tell: Callable[[str], None]

    def run(self, places: Sequence[Place]) -> list[Outcome]:
        """Work through `places`. Raises DetectorsMissing: no picture can be done then."""
        outcomes: list[Outcome] = []
        for place in places:
            outcomes.append(self._one(place))
            self.tell(f"{len(outcomes)}/{len(places)} {outcomes[-1].line}")
        return outcomes

    def _one(self, place: Place) -> Outcome:
        if place.target.exists():
            return Outcome(place, "skipped", message="it is there already")
        try:
            verified = self._redacted(place)
            place.target.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(place.target, verified.jpeg)
        except RedactionUnavailable as error:
            raise DetectorsMissing(error) from error
        except AppError as error:
            words = problem(error)
            told = f"{words.what} {words.next_step}".strip()
            code = Exit.PHOTO if isinstance(error, PictureUnreadable | PictureOutOfBounds) else Exit.FAILED
            return Outcome(place, "failed", error=type(error).__name__, message=told, exit_code=code)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            return Outcome(place, "failed", error=type(error).__name__, message=reason, exit_code=Exit.FAILED)
        return Outcome(place, "done", verified)

    def _redacted(self, place: Place) -> Verified:
        with place.source.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        look = self.redactor.look(content)
        return self.redactor.redact(look, self.plan(look), mask_more=True)


class DetectorsMissing(HostError):
    """The `answers` extra is not installed; `package` is what was looked for."""

    exit_code = Exit.HOST

    def __init__(self, error: RedactionUnavailable) -> None:
        super().__init__(
            f"{error.package} is missing: pip install 'plainsight[answers]' brings what finds faces and text"
        )
        self.package = error.package


def _counted(verified: Verified) -> str:
    """What was done, in words."""
    masked = Counter(region.kind.value for region in verified.masked)
    kept = Counter(region.kind.value for region, _reason in verified.kept)
    parts = [
        f"masked {', '.join(f'{count} {kind}' for kind, count in sorted(masked.items())) or 'nothing'}",
        *([f"kept {', '.join(f'{count} {kind}' for kind, count in sorted(kept.items()))}"] if kept else []),
        f"{len(verified.jpeg)} bytes, sha256 {verified.sha256}",
    ]
    return "; ".join(parts)


def _region(region: Region) -> dict[str, Any]:
    return {"id": region.id, "kind": region.kind.value, "area": _sides(region.area)}


def _sides(area: Area | None) -> list[int] | None:
    return None if area is None else [area.left, area.top, area.right, area.bottom]
