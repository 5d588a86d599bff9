"""The questions of the first login: one a page, nothing chosen beforehand, no way on without an answer."""

from __future__ import annotations

from companion_app.errors import AppError
from companion_app.onboarding import Onboarding, Question
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.problem import Problem
from companion_app.ui.view_models.words.voice import voice_words


class FirstLoginModel(Observable):
    """One question at a time; an answer counts once `proceed` has recorded it. Later, the same pages change answers."""

    def __init__(self, onboarding: Onboarding) -> None:
        super().__init__()
        self._onboarding = onboarding
        self._again: Question | None = None
        self._asked = 0
        self.chosen: str | None = None
        self.problem: Problem | None = None

    @property
    def question(self) -> Question | None:
        """What is asked now; None when nothing is left."""
        return self._again or next(iter(self._onboarding.pending()), None)

    @property
    def reconsidering(self) -> bool:
        """True while answers that stand already are asked again, so that one may keep them instead."""
        return self._again is not None

    @property
    def position(self) -> str:
        """Where one is, without promising a number of pages that depends on the answers."""
        return f"Question {self._asked + 1}"

    @property
    def can_continue(self) -> bool:
        """True once one of the shown choices was picked by hand."""
        return self.question is not None and self.chosen is not None

    @property
    def hint(self) -> str:
        """Why Continue is off, or what it will do."""
        if self.can_continue:
            return "Your answer is recorded on this device. You can change it on the home screen."
        return "Choose one of the answers to continue. Both leave you with glasses that take pictures."

    @property
    def voice(self) -> str:
        """What the answers allow now, in words."""
        return voice_words(self._onboarding.voice)

    def reconsider(self) -> None:
        """Start the questions again; the old answer counts until a new one is recorded, from which the rest follow."""
        self._again = self._onboarding.questions()[0]
        self._asked, self.chosen, self.problem = 0, None, None
        self.changed()

    def keep(self) -> None:
        """Leave the answers as they are."""
        self._again = None
        self.chosen, self.problem = None, None
        self.changed()

    def choose(self, choice: str) -> None:
        """Pick a choice of the current question; nothing is recorded yet. Unknown choices are ignored."""
        question = self.question
        if question is None or choice not in [one.id for one in question.choices]:
            return
        self.chosen, self.problem = choice, None
        self.changed()

    def proceed(self) -> None:
        """Record the picked answer and go on to the next question; does nothing without one."""
        question, choice = self.question, self.chosen
        if question is None or choice is None:
            return
        try:
            self._onboarding.answer(question.id, choice)
        except AppError as error:
            self.problem = problem(error)
        else:
            self._again = None
            self._asked += 1
            self.chosen, self.problem = None, None
        self.changed()
