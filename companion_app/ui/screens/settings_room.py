"""The Settings room: what the wearer has answered about their voice, and the way to answer anew."""

from __future__ import annotations

from kivy.properties import ObjectProperty, StringProperty

from companion_app.ui.view_models.settings_room import SettingsRoomModel
from companion_app.ui.widgets.action import Action as Action
from companion_app.ui.widgets.page import Page
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.surfaces import Card as Card


class SettingsRoomPage(Page):
    """One sentence and one button."""

    model: SettingsRoomModel = ObjectProperty(None)
    voice = StringProperty("")

    def refresh(self) -> None:
        """Look at the model again."""
        self.voice = self.model.answers.voice


load_beside(__file__)
