"""A first login that is over, for tests that begin after it."""

from __future__ import annotations

from companion_app.onboarding import Onboarding

# What a careful person says who wants to try everything: no microphone, nothing kept, asked before anything is shared.
CAREFUL = {"ai_sharing": "ask", "region": "unsaid"}


def answer_all(onboarding: Onboarding, **choices: str) -> None:
    """Answer each question that is asked: as `choices` say, else as CAREFUL does, else by refusing."""
    said = {**CAREFUL, **choices}
    while pending := onboarding.pending():
        asked = pending[0]
        onboarding.answer(asked.id, said.get(asked.id, asked.refusal.id))
