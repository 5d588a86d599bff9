"""Home: everything about the glasses at a glance, in one column on a phone and two beside each other on a desktop."""

from __future__ import annotations

from kivy.properties import ObjectProperty

from companion_app.ui.screens.home.ask_card import AskCard as AskCard
from companion_app.ui.screens.home.connection_card import ConnectionCard as ConnectionCard
from companion_app.ui.screens.home.live_card import LiveCard as LiveCard
from companion_app.ui.screens.home.picture_card import PictureCard as PictureCard
from companion_app.ui.screens.home.voice_card import VoiceCard as VoiceCard
from companion_app.ui.view_models.ask import AskModel
from companion_app.ui.view_models.first_login import FirstLoginModel
from companion_app.ui.view_models.home import HomeModel
from companion_app.ui.view_models.sharing.live import LiveModel
from companion_app.ui.widgets.page import Page
from companion_app.ui.widgets.rules import load_beside


class HomeScreen(Page):
    """Five cards, each of which looks at its part of the models."""

    model: HomeModel = ObjectProperty(None)
    asking: AskModel = ObjectProperty(None)
    living: LiveModel = ObjectProperty(None)
    answers: FirstLoginModel = ObjectProperty(None)

    def refresh(self) -> None:
        """Look at the models again."""
        self.ids.connection.show(self.model)
        self.ids.picture.show(self.model)
        self.ids.ask.show(self.asking, can_go_live=self.model.connected and not self.living.running)
        self.ids.live.show(self.living)
        self.ids.voice.show(self.answers)


load_beside(__file__)
