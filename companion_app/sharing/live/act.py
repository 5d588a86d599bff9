"""The door of one frame: it opens only while the session lasts and after the log has the frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from companion_app.sharing.live.errors import LogUnavailable, SessionOver
from companion_app.sharing.live.frame_log import FrameLog
from companion_app.sharing.outcome import Outcome, Progress


@dataclass(frozen=True)
class FrameAct:
    """What the outbox asks of an act, for frame `number`. `over` is the reason once the session has ended; `told` hears
    how the upload ended, and the size of the body."""

    receipt_id: str
    number: int
    about: dict[str, Any]
    log: FrameLog
    over: Callable[[], str | None]
    told: Callable[[Outcome, int], None]

    def sending(self, url: str) -> None:  # noqa: ARG002 (the session's receipt names it; all frames go there)
        """The frame is in the log, on the disk, when this returns. Raises SessionOver, LogUnavailable."""
        reason = self.over()
        if reason is not None:
            raise SessionOver(receipt=self.receipt_id, reason=reason)
        self.log.frame(self.number, self.about)

    def ended(self, outcome: Outcome, progress: Progress, reason: str | None) -> None:
        """How it ended. Raises LogUnavailable; then it stands as unknown."""
        about = {"body_bytes": progress.body_bytes, "status": progress.status, "reason": reason}
        try:
            self.log.ended(self.number, outcome, about)
        except LogUnavailable:
            self.told(Outcome.UNKNOWN, progress.body_bytes)
            raise
        self.told(outcome, progress.body_bytes)
