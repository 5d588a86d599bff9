"""From an exposure to the bytes that may leave: the rules of the session, and nothing else, decide what they show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from companion_app.gallery.picture import commitment
from companion_app.redaction import Plan, Redactor, Verified
from companion_app.redaction.kind import WRITTEN
from companion_app.sharing.live.rules import Rules
from companion_app.sharing.live.view import Frame
from companion_app.sharing.redactions import redactions_of


@dataclass(frozen=True)
class Prepared:
    """What would leave, and what the session's log says of it before it does."""

    jpeg: bytes = field(repr=False)
    about: dict[str, Any]


def redact(redactor: Redactor, jpeg: bytes, rules: Rules) -> Verified:
    """Look, mask all but what the rules keep, verify, mask what is still seen. Slow: for a worker thread.
    Raises RedactionError."""
    # Where nothing written is kept, nobody has to read what it says: all of it is masked.
    look = redactor.look(jpeg, reading=bool(WRITTEN & set(rules.kept)))
    plan = Plan.for_question(look, rules.question)
    for kind in rules.kept:
        plan = plan.keep(kind)
    return redactor.redact(look, plan, mask_more=True)


def as_redacted(frame: Frame, verified: Verified, salt: str) -> Prepared:
    """A frame for somebody else."""
    redactions = redactions_of(verified).record()
    about = {**_about(frame, salt), "sha256": verified.sha256, "bytes": len(verified.jpeg), "redactions": redactions}
    return Prepared(verified.jpeg, about)


def as_taken(frame: Frame, salt: str) -> Prepared:
    """A frame for this device: as it was taken, and without a hash that would outlive it."""
    return Prepared(frame.jpeg, {**_about(frame, salt), "sha256": None, "bytes": len(frame.jpeg), "redactions": None})


def _about(frame: Frame, salt: str) -> dict[str, Any]:
    """The original by its commitment alone: it means nothing once the salt is gone."""
    light = {name: frame.light.get(name) for name in ("level", "verdict")}
    return {
        "seq": frame.seq,
        "time_ms": frame.time_ms,
        "light": light,
        "original_commitment": commitment(salt, frame.sha256),
    }
