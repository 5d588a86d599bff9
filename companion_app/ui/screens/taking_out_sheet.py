"""The sheet on which the owner names a folder for opened copies."""

from __future__ import annotations

from kivy.app import App
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from companion_app.ui.view_models.taking_out import TakingOutModel
from companion_app.ui.widgets.action import Action as Action
from companion_app.ui.widgets.choice import Choice
from companion_app.ui.widgets.field import Field as Field
from companion_app.ui.widgets.meter import Meter as Meter
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.sheet import ModelSheet
from companion_app.ui.widgets.surfaces import Notice as Notice
from companion_app.ui.widgets.ways import Ways as Ways


class TakingOutSheet(ModelSheet):
    """Shows its model; it closes through the shell, and what was begun ends with it."""

    model: TakingOutModel = ObjectProperty(None)
    headline, about, folder = StringProperty(""), StringProperty(""), StringProperty("")
    running = BooleanProperty(False)
    part = NumericProperty(0)
    done = StringProperty("")
    problem_what, problem_next = StringProperty(""), StringProperty("")

    def leave(self) -> None:
        """Stop what runs, else close."""
        if self.model.running:
            self.model.stop()
        else:
            App.get_running_app().models.close_sheet()

    def refresh(self) -> None:
        """Look at the model again."""
        model = self.model
        self.headline, self.about, self.folder = model.title, model.about, model.folder
        self.running, self.part, self.done = model.running, model.part or 0, model.done
        failed = model.problem
        self.problem_what, self.problem_next = (failed.what, failed.next_step) if failed else ("", "")
        if len(self.ids.forms.children) != len(model.forms):
            self._lay_out_forms()
        for choice in self.ids.forms.children:
            choice.chosen = choice.value == model.form

    def _lay_out_forms(self) -> None:
        self.ids.forms.clear_widgets()
        for form in self.model.forms:
            choice = Choice(value=form.value, title=form.caption, detail=form.detail)
            choice.bind(on_release=lambda pressed: self.model.choose(pressed.value))
            self.ids.forms.add_widget(choice)


load_beside(__file__)
