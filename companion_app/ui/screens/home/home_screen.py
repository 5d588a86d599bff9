"""Home: everything about the glasses at a glance, in one column on a phone and two beside each other on a desktop."""

from __future__ import annotations

from kivy.properties import ObjectProperty

from companion_app.ui.screens.home.ask_card import AskCard as AskCard
from companion_app.ui.screens.home.connection_card import ConnectionCard as ConnectionCard
from companion_app.ui.screens.home.picture_card import PictureCard as PictureCard
from companion_app.ui.view_models.ask import AskModel
from companion_app.ui.view_models.home import HomeModel
from companion_app.ui.widgets.page import Page
from companion_app.ui.widgets.rules import load_beside


class HomeScreen(Page):
    """Three cards, each of which looks at its part of the models."""

    model: HomeModel = ObjectProperty(None)
    asking: AskModel = ObjectProperty(None)

    def refresh(self) -> None:
        """Look at both models again."""
        self.ids.connection.show(self.model)
        self.ids.picture.show(self.model)
        self.ids.ask.show(self.asking)


load_beside(__file__)
