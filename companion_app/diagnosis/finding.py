"""What was asked, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from companion_app.errors import AppError


class Step(StrEnum):
    """What a picture needs, in the order in which each rests on the one before."""

    RADIO = "radio"
    PERMISSION = "permission"
    PAIRED = "paired"
    RANGE = "range"
    SESSION = "session"
    OWNER = "owner"
    POWER = "power"
    SWITCH = "switch"
    ROOM = "room"
    LIGHT = "light"
    CAMERA = "camera"
    TRANSFER = "transfer"
    HERE = "here"


class Verdict(StrEnum):
    """DOUBTFUL: it works, and something about it should be known. UNTRIED: an earlier step failed, or nobody asked."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    BAD = "bad"
    UNTRIED = "untried"


@dataclass(frozen=True)
class Finding:
    """One step. `error` says what failed; `facts` are numbers and codes for who puts it into words (units in names)."""

    step: Step
    verdict: Verdict
    error: AppError | None = None
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
