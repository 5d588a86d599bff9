"""What a person reads when something went wrong: what happened, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One failure in plain words. `next_step` is never empty: every failure has a way out."""

    what: str
    next_step: str
