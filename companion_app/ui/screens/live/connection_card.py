"""The one connection state, in words, with its reason and the way back."""

from __future__ import annotations

from kivy.properties import BooleanProperty, StringProperty

from companion_app.ui.view_models.home import HomeModel
from companion_app.ui.view_models.words.problem import Problem
from companion_app.ui.widgets.action import Action as Action
from companion_app.ui.widgets.row import Row as Row
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.surfaces import Card
from companion_app.ui.widgets.surfaces import Notice as Notice


class ConnectionCard(Card):
    """Dispatches `on_connect` when asked to connect."""

    title = StringProperty("")
    why = StringProperty("")
    connected = BooleanProperty(False)
    can_connect = BooleanProperty(False)
    development, development_means = StringProperty(""), StringProperty("")
    journal, journal_means = StringProperty(""), StringProperty("")

    def __init__(self, **options: object) -> None:
        self.register_event_type("on_connect")
        super().__init__(**options)

    def on_connect(self) -> None:
        """The wearer wants to connect; bind to it."""

    def show(self, model: HomeModel) -> None:
        """Look at the model."""
        self.title, self.why = model.connection.title, model.connection.why
        self.connected, self.can_connect = model.connected, model.can_connect
        self.development, self.development_means = _both(model.development)
        self.journal, self.journal_means = _both(model.journal)


def _both(note: Problem | None) -> tuple[str, str]:
    return (note.what, note.next_step) if note else ("", "")


load_beside(__file__)
