"""The questions before everything: one a page."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from companion_app.onboarding import Shown
from companion_app.ui.view_models.first_login import FirstLoginModel
from companion_app.ui.view_models.words.answers import changes_words
from companion_app.ui.widgets.action import Action as Action
from companion_app.ui.widgets.choice import Choice
from companion_app.ui.widgets.field import Field as Field
from companion_app.ui.widgets.page import Page
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.surfaces import Notice as Notice
from companion_app.ui.widgets.way import Way as Way
from companion_app.ui.widgets.ways import Ways as Ways


class FirstLoginScreen(Page):
    """Shows the pending question; its choices are rows of the same size, in the order the question gives."""

    model: FirstLoginModel = ObjectProperty(None)
    position = StringProperty("")
    question = StringProperty("")
    explain = StringProperty("")
    changed_title = StringProperty("")
    changed_detail = StringProperty("")
    hint = StringProperty("")
    problem_what = StringProperty("")
    problem_next = StringProperty("")
    can_continue = BooleanProperty(False)
    needs_detail = BooleanProperty(False)
    reconsidering = BooleanProperty(False)

    _laid_out: Shown | None = None

    def refresh(self) -> None:
        """Look at the model again."""
        shown = self.model.shown
        if shown is None:
            return
        self.position = self.model.position
        self.question, self.explain = shown.text, shown.explain
        self.changed_title, self.changed_detail = changes_words(self.model.changes)
        self.hint, self.can_continue = self.model.hint, self.model.can_continue
        self.needs_detail, self.reconsidering = self.model.needs_detail, self.model.reconsidering
        failed = self.model.problem
        self.problem_what, self.problem_next = (failed.what, failed.next_step) if failed else ("", "")
        if shown != self._laid_out:
            self._lay_out_choices(shown)
            self._laid_out = shown
        if self.ids.detail.text != self.model.detail:
            self.ids.detail.text = self.model.detail
        for row in self.ids.choices.children:
            row.chosen = row.value == self.model.chosen

    def _lay_out_choices(self, shown: Shown) -> None:
        self.ids.choices.clear_widgets()
        for choice, text, means in shown.choices:
            row = Choice(value=choice, title=text, detail=means)
            row.bind(on_release=lambda pressed: self.model.choose(pressed.value))
            self.ids.choices.add_widget(row)


load_beside(__file__)
