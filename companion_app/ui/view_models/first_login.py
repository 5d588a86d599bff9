"""The questions of the first login: one a page, nothing chosen beforehand, no way on without an answer."""

from __future__ import annotations

from companion_app.errors import AppError
from companion_app.onboarding import Onboarding, Question
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.problem import Problem


class FirstLoginModel(Observable):
    """One pending question at a time; an answer counts only once `proceed` has recorded it."""

    def __init__(self, onboarding: Onboarding) -> None:
        super().__init__()
        self._onboarding = onboarding
        self._asked = 0
        self.chosen: str | None = None
        self.problem: Problem | None = None

    @property
    def question(self) -> Question | None:
        """What is asked now; None when nothing is left."""
        pending = self._onboarding.pending()
        return pending[0] if pending else None

    @property
    def position(self) -> str:
        """Where one is, without promising a number of pages that depends on the answers."""
        return f"Question {self._asked + 1}"

    @property
    def can_continue(self) -> bool:
        """True once one of the shown choices was picked by hand."""
        question = self.question
        return question is not None and self.chosen in [choice.id for choice in question.choices]

    @property
    def hint(self) -> str:
        """Why Continue is off, or what it will do."""
        if self.can_continue:
            return "Your answer is recorded on this device. You can change it at any time."
        return "Choose one of the answers to continue. Both leave you with glasses that work."

    def choose(self, choice: str) -> None:
        """Pick a choice of the current question; nothing is recorded yet. Unknown choices are ignored."""
        question = self.question
        if question is None or choice not in [one.id for one in question.choices]:
            return
        self.chosen = choice
        self.problem = None
        self.changed()

    def proceed(self) -> None:
        """Record the picked answer and go on to the next question; does nothing without one."""
        question, choice = self.question, self.chosen
        if question is None or choice is None or not self.can_continue:
            return
        try:
            self._onboarding.answer(question.id, choice)
        except AppError as error:
            self.problem = problem(error)
        else:
            self._asked += 1
            self.chosen = None
            self.problem = None
        self.changed()
