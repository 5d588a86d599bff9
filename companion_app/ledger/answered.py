"""The owner's answers in the ledger: which was the last word on a question, and whether it still counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

ANSWER = "consent"
DAMAGE = "damage"

# The question that sharing itself asks the ledger about (promise 2), and its two answers.
AI_SHARING = "ai_sharing"
ASK_EACH_TIME = "ask"
NEVER = "never"


class Recorded(Protocol):
    """A record of the ledger, as far as it is looked at here."""

    @property
    def kind(self) -> str: ...
    @property
    def data(self) -> dict[str, Any]: ...


R = TypeVar("R", bound=Recorded)


def last_answer(entries: Iterable[R], question: str) -> tuple[R | None, bool]:
    """The newest answer to `question`, if any; and whether damage was found after it, which may have taken another."""
    found: R | None = None
    damaged = False
    for entry in entries:
        if entry.kind == DAMAGE:
            damaged = True
        elif entry.kind == ANSWER and entry.data.get("question") == question:
            found, damaged = entry, False
    return found, damaged


def sharing_ruled_out(entries: Iterable[Recorded]) -> bool:
    """True where the owner's last word on AI sharing is "never", or may have been and was lost with a damaged ledger.

    Never asked is not "never": each act of sharing is still a yes of its own. A yes to other words than those of today
    counts here, for it opens nothing; and so does a "never", which no change of words may take away.
    """
    last, damaged = last_answer(entries, AI_SHARING)
    return damaged or (last is not None and last.data.get("choice") != ASK_EACH_TIME)
