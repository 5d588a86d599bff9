"""The questions of the first login: versioned text, equal choices, nothing pre-selected."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """One answer; every question offers its choices as equals, in this order."""

    id: str
    text: str


@dataclass(frozen=True)
class Question:
    """A question as it is shown; a change of any word must raise `version`, and then it is asked again."""

    id: str
    version: int
    text: str
    explain: str
    choices: tuple[Choice, ...]

    @property
    def text_sha256(self) -> str:
        """Hex hash of everything that the person reads."""
        shown = [self.id, self.version, self.text, self.explain, [[choice.id, choice.text] for choice in self.choices]]
        return hashlib.sha256(json.dumps(shown, separators=(",", ":")).encode()).hexdigest()


LISTEN = Question(
    id="voice_listen",
    version=1,
    text="May the glasses listen for the keyword?",
    explain=(
        "The microphone would stay on and the glasses themselves would compare what they hear with the keyword. "
        "Nothing they hear is stored. You can change this at any time."
    ),
    choices=(Choice("no", "No, keep the microphone off"), Choice("yes", "Yes, listen for the keyword")),
)

LEAVE = Question(
    id="voice_leave",
    version=1,
    text="May your voice leave the glasses after the keyword?",
    explain=(
        "What you say right after the keyword would be sent to this phone, so that it can answer. "
        "Without this the glasses only react to the keyword. You can change this at any time."
    ),
    choices=(Choice("no", "No, my voice stays on the glasses"), Choice("yes", "Yes, send it to this phone")),
)

QUESTIONS = (LISTEN, LEAVE)
