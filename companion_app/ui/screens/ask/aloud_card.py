"""Asking by voice, answers that are said, and what was asked before."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from companion_app.ui.view_models.ask import AskModel
from companion_app.ui.view_models.shell import ShellModel
from companion_app.ui.view_models.words.voice import asking_aloud_words
from companion_app.ui.widgets.choice import Choice as Choice
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.surfaces import Card
from companion_app.ui.widgets.way import Way as Way


class AloudCard(Card):
    """This device's own microphone is never used: the words of the card say whose is."""

    model: AskModel = ObjectProperty(None)
    aloud_words = StringProperty("")
    can_speak, spoken, keeps = BooleanProperty(False), BooleanProperty(False), BooleanProperty(False)

    def show(self, model: AskModel, shell: ShellModel) -> None:
        """Look at the models."""
        self.aloud_words = asking_aloud_words(shell.voice)
        self.can_speak, self.spoken = model.aloud.can_speak, model.aloud.wanted
        self.keeps = model.history is not None


load_beside(__file__)
