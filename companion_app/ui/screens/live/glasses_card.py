"""How the glasses are: light, link, battery, who else may watch, and the microphone with its mute button."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from companion_app.language import _
from companion_app.ui.view_models.home import HomeModel
from companion_app.ui.widgets.action import Action as Action
from companion_app.ui.widgets.fact import Fact as Fact
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.surfaces import Card
from companion_app.ui.widgets.surfaces import Notice as Notice
from companion_app.ui.widgets.way import Way as Way


class GlassesCard(Card):
    """Takes no room while the glasses are away: nothing that they said holds then."""

    model: HomeModel = ObjectProperty(None)
    shown = BooleanProperty(False)
    level, link, battery = StringProperty(""), StringProperty(""), StringProperty("")
    watching, microphone = StringProperty(""), StringProperty("")
    mute_caption = StringProperty("")
    can_switch, muted = BooleanProperty(False), BooleanProperty(False)
    problem_what, problem_next = StringProperty(""), StringProperty("")

    def show(self, model: HomeModel) -> None:
        """Look at the model."""
        standing, microphone = model.standing, model.microphone
        self.shown = model.connected
        self.level, self.link, self.battery = standing.level, standing.link, standing.battery
        self.watching, self.microphone = standing.watching, microphone.words
        self.muted, self.can_switch = microphone.muted, microphone.can_switch
        self.mute_caption = _("Listen for the keyword again") if microphone.muted else _("Mute the microphone")
        failed = microphone.problem
        self.problem_what, self.problem_next = (failed.what, failed.next_step) if failed else ("", "")


load_beside(__file__)
