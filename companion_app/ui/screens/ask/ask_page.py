"""The Ask room: a question about the newest picture, and the live session with somebody who answers."""

from __future__ import annotations

from kivy.properties import ObjectProperty

from companion_app.ui.screens.ask.ask_card import AskCard as AskCard
from companion_app.ui.screens.ask.live_card import LiveCard as LiveCard
from companion_app.ui.view_models.ask import AskModel
from companion_app.ui.widgets.page import Page
from companion_app.ui.widgets.rules import load_beside


class AskPage(Page):
    """Two cards: asking, and what the live session says."""

    model: AskModel = ObjectProperty(None)

    def refresh(self) -> None:
        """Look at the models again."""
        living = self.shell.live
        self.ids.ask.show(self.model, can_go_live=self.shell.home.connected and not living.running)
        self.ids.live.show(living)


load_beside(__file__)
