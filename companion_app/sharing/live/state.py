"""What a screen shows of a session: how long it lasts, what left, what is being answered, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass

from companion_app.errors import AppError


@dataclass(frozen=True)
class LiveState:
    """`seen`: frames that came; `sent`, `unknown`, `not_sent`: how those that were to leave did (for this device
    `sent` counts what it was asked about); `withheld`: chosen, and not made fit to leave. `answer` grows while it
    streams and is about frame `answered`. `problem`: what last went wrong with a frame. `ended`: the reason, None while
    it runs."""

    left_s: float
    seen: int = 0
    sent: int = 0
    unknown: int = 0
    not_sent: int = 0
    withheld: int = 0
    body_bytes: int = 0
    answered: int = 0
    answer: str = ""
    problem: AppError | None = None
    ended: str | None = None
