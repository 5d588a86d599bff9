"""Pairing: type or paste the code, hold the button, done."""

from __future__ import annotations

from kivy.core.clipboard import Clipboard
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from companion_app.ui.view_models.pair import PairModel
from companion_app.ui.widgets.action import Action as Action
from companion_app.ui.widgets.field import Field as Field
from companion_app.ui.widgets.page import Page
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.surfaces import Notice as Notice


class PairScreen(Page):
    """One field, one button, and what went wrong with its way out."""

    model: PairModel = ObjectProperty(None)
    progress = StringProperty("")
    problem_what = StringProperty("")
    problem_next = StringProperty("")
    can_pair = BooleanProperty(False)
    busy = BooleanProperty(False)

    def refresh(self) -> None:
        """Look at the model again."""
        self.progress, self.busy, self.can_pair = self.model.progress, self.model.busy, self.model.can_pair
        failed = self.model.problem
        self.problem_what, self.problem_next = (failed.what, failed.next_step) if failed else ("", "")
        if self.ids.code.text != self.model.code:
            self.ids.code.text = self.model.code

    def paste(self) -> None:
        """Take the code from the clipboard, only when asked to."""
        self.model.set_code(str(Clipboard.paste() or "").strip())


load_beside(__file__)
