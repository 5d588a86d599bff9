"""What a person reads when something went wrong: what happened, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from companion_app.language import _


@dataclass(frozen=True)
class Problem:
    """One failure in plain words. `next_step` is never empty: every failure has a way out."""

    what: str
    next_step: str


def said(words: tuple[str, str]) -> Problem:
    """A row of a table of marked words, in the language spoken now."""
    return Problem(_(words[0]), _(words[1]))
