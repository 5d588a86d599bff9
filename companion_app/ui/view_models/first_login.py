"""The questions of the first login: one a page, nothing chosen beforehand, no way on without an answer."""

from __future__ import annotations

from companion_app import language
from companion_app.errors import AppError
from companion_app.language import _
from companion_app.onboarding import Onboarding, Question, Shown
from companion_app.onboarding.difference import Change, difference
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.problem import Problem
from companion_app.ui.view_models.words.voice import voice_words

_MAX_DETAIL_CHARACTERS = 40


class FirstLoginModel(Observable):
    """One question at a time; an answer counts once `proceed` has recorded it. Later, the same pages change answers."""

    def __init__(self, onboarding: Onboarding) -> None:
        super().__init__()
        self._onboarding = onboarding
        self._again: Question | None = None
        self.chosen: str | None = None
        self.detail = ""
        self.problem: Problem | None = None

    @property
    def question(self) -> Question | None:
        """What is asked now; None when nothing is left."""
        return self._again or next(iter(self._onboarding.pending()), None)

    @property
    def shown(self) -> Shown | None:
        """The words of the question in the language of the app; these go on record with the answer."""
        return _shown(self.question) if self.question is not None else None

    @property
    def changes(self) -> tuple[Change, ...]:
        """What is new in the words since they were answered; empty where they are asked for the first time."""
        asked = self.question
        newest = self._onboarding.newest(asked.id) if asked is not None else None
        if asked is None or newest is None or newest.text_sha256 == asked.text_sha256:
            return ()
        return difference(newest.shown, _shown(asked))

    @property
    def reconsidering(self) -> bool:
        """True while answers that stand already are asked again, so that one may keep them instead."""
        return self._again is not None

    @property
    def position(self) -> str:
        """Where one is, without promising a number of pages that depends on the answers."""
        if self.reconsidering:
            return _("One of your answers")
        asked = [one for one in self._onboarding.questions() if one.first_login]
        answered = sum(self._onboarding.consent(one.id) is not None for one in asked)
        return _("Question {number}", number=answered + 1)

    @property
    def needs_detail(self) -> bool:
        """True where the picked choice wants something typed besides."""
        return self.question is not None and bool(self.question.detail) and self.chosen == self.question.detail

    @property
    def can_continue(self) -> bool:
        """True once one of the shown choices was picked by hand, and what it needs was typed."""
        picked = self.question is not None and self.chosen is not None
        return picked and (not self.needs_detail or bool(self.detail.strip()))

    @property
    def hint(self) -> str:
        """Why Continue is off, or what it will do."""
        if self.can_continue:
            return _("Your answer is recorded on this device. You can change it in the settings at any time.")
        if self.needs_detail:
            return _("Type where you are to continue, or choose not to say.")
        return _("Choose one of the answers to continue. Each leaves you with glasses that take pictures.")

    @property
    def voice(self) -> str:
        """What the answers allow now, in words."""
        return voice_words(self._onboarding.voice)

    def reconsider(self, question: str = "") -> None:
        """Ask `question` (without one, the first) anew; the old answer counts until a new one is recorded, from which
        the rest follow. An unknown question is ignored."""
        asked = self._onboarding.questions()
        self._again = next((one for one in asked if one.id == question), None) if question else asked[0]
        self._clear()

    def keep(self) -> None:
        """Leave the answers as they are."""
        self._again = None
        self._clear()

    def choose(self, choice: str) -> None:
        """Pick a choice of the current question; nothing is recorded yet. Unknown choices are ignored."""
        question = self.question
        if question is None or question.choice(choice) is None:
            return
        self.chosen, self.problem = choice, None
        self.changed()

    def set_detail(self, detail: str) -> None:
        """What the field beside a choice holds now."""
        if detail != self.detail:
            self.detail, self.problem = detail[:_MAX_DETAIL_CHARACTERS], None
            self.changed()

    def proceed(self) -> None:
        """Record the picked answer and go on to the next question; does nothing without one."""
        question, choice = self.question, self.chosen
        if question is None or choice is None or not self.can_continue:
            return
        try:
            self._onboarding.answer(question.id, choice, self.detail.strip().upper(), _shown(question))
        except AppError as error:
            self.problem = problem(error)
            self.changed()
        else:
            self._again = None
            self._clear()

    def opt_out(self) -> None:
        """Refuse everything, also what was allowed before: one record each. The camera works all the same."""
        try:
            self._onboarding.opt_out(_shown)
        except AppError as error:
            self.problem = problem(error)
            self.changed()
        else:
            self.keep()

    def _clear(self) -> None:
        self.chosen, self.detail, self.problem = None, "", None
        self.changed()


def _shown(asked: Question) -> Shown:
    return asked.shown(_, language.current().code)
