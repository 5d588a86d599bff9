"""What the wearer has answered about their voice, and the way to answer anew."""

from __future__ import annotations

from kivy.properties import ObjectProperty, StringProperty

from companion_app.ui.view_models.first_login import FirstLoginModel
from companion_app.ui.widgets.action import Action as Action
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.surfaces import Card


class VoiceCard(Card):
    """One sentence and one button."""

    model: FirstLoginModel = ObjectProperty(None)
    voice = StringProperty("")

    def show(self, model: FirstLoginModel) -> None:
        """Look at the model."""
        self.voice = model.voice


load_beside(__file__)
