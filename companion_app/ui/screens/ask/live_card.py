"""What the live session says, and afterwards why it ended and where its receipt is."""

from __future__ import annotations

from kivy.properties import BooleanProperty, StringProperty

from companion_app.language import _
from companion_app.ui.view_models.sharing.live import LiveModel
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.surfaces import Card
from companion_app.ui.widgets.surfaces import Notice as Notice
from companion_app.ui.widgets.way import Way as Way


class LiveCard(Card):
    """Takes no room before the first session. What ends a running one is the banner on every screen."""

    shown = BooleanProperty(False)
    answer, about, ended, counts = StringProperty(""), StringProperty(""), StringProperty(""), StringProperty("")
    receipt = StringProperty("")
    problem_what, problem_next = StringProperty(""), StringProperty("")

    def show(self, model: LiveModel) -> None:
        """Look at the model."""
        failed = model.trouble
        self.shown = model.state is not None or failed is not None
        self.answer = model.answer
        self.about = _("Answered by {who}.", who=_(model.recipient)) if model.answer else ""
        self.ended, self.counts = model.ended, model.counts if model.ended else ""
        self.receipt = model.receipt_id if model.ended else ""
        self.problem_what, self.problem_next = (failed.what, failed.next_step) if failed else ("", "")


load_beside(__file__)
