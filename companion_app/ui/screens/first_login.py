"""The questions before everything: one a page."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from companion_app.onboarding import Question
from companion_app.ui.view_models.first_login import FirstLoginModel
from companion_app.ui.widgets.action import Action as Action
from companion_app.ui.widgets.choice import Choice
from companion_app.ui.widgets.page import Page
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.surfaces import Notice as Notice
from companion_app.ui.widgets.ways import Ways as Ways


class FirstLoginScreen(Page):
    """Shows the pending question; its choices are rows of the same size, in the order the question gives."""

    model: FirstLoginModel = ObjectProperty(None)
    position = StringProperty("")
    question = StringProperty("")
    explain = StringProperty("")
    hint = StringProperty("")
    problem_what = StringProperty("")
    problem_next = StringProperty("")
    can_continue = BooleanProperty(False)
    reconsidering = BooleanProperty(False)

    _shown: Question | None = None

    def refresh(self) -> None:
        """Look at the model again."""
        asked = self.model.question
        if asked is None:
            return
        self.position = self.model.position
        self.question, self.explain = asked.text, asked.explain
        self.hint, self.can_continue = self.model.hint, self.model.can_continue
        self.reconsidering = self.model.reconsidering
        failed = self.model.problem
        self.problem_what, self.problem_next = (failed.what, failed.next_step) if failed else ("", "")
        if asked != self._shown:
            self._shown = asked
            self._lay_out_choices(asked)
        for row in self.ids.choices.children:
            row.chosen = row.value == self.model.chosen

    def _lay_out_choices(self, asked: Question) -> None:
        self.ids.choices.clear_widgets()
        for choice in asked.choices:
            row = Choice(value=choice.id, title=choice.text)
            row.bind(on_release=lambda pressed: self.model.choose(pressed.value))
            self.ids.choices.add_widget(row)


load_beside(__file__)
