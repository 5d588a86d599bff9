"""What one run of the main job found, and the JSON object that says it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reason:
    """Why a run did not reach an answer: `code` for programs, `message` for people, `detail` as the refuser gave it."""

    code: str
    message: str
    detail: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass
class Report:
    """Filled step by step, so that a run that stops early still tells how far it came."""

    question: str
    level: str
    captured_sha256: str | None = None
    received_sha256: str | None = None
    bytes: int | None = None
    link: dict[str, Any] | None = None
    light: dict[str, Any] | None = None
    consent: dict[str, Any] | None = None
    answer: str | None = None
    answered_by: str | None = None
    reason: Reason | None = None
    exposures_in_dark: int = 0
    timings_ms: dict[str, float] = field(default_factory=dict[str, float])

    @property
    def hashes_agree(self) -> bool:
        """True when the app holds exactly the frame that the glasses took."""
        return self.captured_sha256 is not None and self.captured_sha256 == self.received_sha256

    def as_json(self) -> dict[str, Any]:
        """The object that `plainsight demo --json` prints."""
        reason = self.reason
        return {
            "simulated": True,
            "captured_sha256": self.captured_sha256,
            "received_sha256": self.received_sha256,
            "bytes": self.bytes,
            "link": self.link,
            "light": self.light or {"level": self.level, "verdict": None, "evidence": {}},
            "consent": self.consent,
            "question": self.question,
            "answer": self.answer,
            "answered_by": self.answered_by,
            "reason": None
            if reason is None
            else {"code": reason.code, "message": reason.message, "detail": reason.detail},
            "exposures_in_dark": self.exposures_in_dark,
            "timings_ms": self.timings_ms,
        }
