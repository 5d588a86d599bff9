"""The questions before everything: one a page."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from companion_app.ui.view_models.first_login import FirstLoginModel
from companion_app.ui.widgets.action import Action as Action
from companion_app.ui.widgets.choice import Choice
from companion_app.ui.widgets.page import Page
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.surfaces import Notice as Notice


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

    _shown = ""

    def refresh(self) -> None:
        """Look at the model again."""
        asked = self.model.question
        if asked is None:
            return
        self.position = self.model.position
        self.question, self.explain = asked.text, asked.explain
        self.hint, self.can_continue = self.model.hint, self.model.can_continue
        failed = self.model.problem
        self.problem_what, self.problem_next = (failed.what, failed.next_step) if failed else ("", "")
        if asked.id != self._shown:
            self._shown = asked.id
            self._lay_out_choices()
        for row in self.ids.choices.children:
            row.chosen = row.choice == self.model.chosen

    def _lay_out_choices(self) -> None:
        self.ids.choices.clear_widgets()
        asked = self.model.question
        for choice in asked.choices if asked else ():
            row = Choice(title=choice.text)
            row.choice = choice.id
            row.bind(on_release=lambda pressed: self.model.choose(pressed.choice))
            self.ids.choices.add_widget(row)


load_beside(__file__)
