"""What can be said of an upload once it is over: the one place that turns its progress into a word."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How an act of sharing ended, as the ledger says it."""

    SENT = "sent"
    NOT_SENT = "failed before sending"
    UNKNOWN = "unknown: may have been sent"
    STAYED = "stayed on this device"


@dataclass
class Progress:
    """How far one upload came. Each step is noted before it is taken, so that doubt falls on the side of "sent"."""

    begun: bool = False
    body_bytes: int = 0
    whole_body_written: bool = False
    status: int | None = None
    begun_s: float | None = None  # on the monotonic clock

    def begin(self) -> None:
        """The first byte is about to leave."""
        if not self.begun:
            self.begun, self.begun_s = True, time.monotonic()

    def outcome(self, stays_here: bool) -> Outcome:
        """`stays_here`: the endpoint has no address, so that not having begun is how it succeeds."""
        if not self.begun:
            return Outcome.STAYED if stays_here else Outcome.NOT_SENT
        if self.whole_body_written and self.status is not None:
            return Outcome.SENT
        return Outcome.UNKNOWN
