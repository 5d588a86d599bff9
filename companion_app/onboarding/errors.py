"""What can go wrong with an answer."""

from __future__ import annotations

from companion_app.errors import AppError


class OnboardingError(AppError):
    """Base of the onboarding's errors."""


class UnknownQuestion(OnboardingError):
    """There is no such question."""

    def __init__(self, question: str) -> None:
        super().__init__(question)
        self.question = question


class UnknownChoice(OnboardingError):
    """The question offers no such answer."""

    def __init__(self, question: str, choice: str) -> None:
        super().__init__(question, choice)
        self.question = question
        self.choice = choice
