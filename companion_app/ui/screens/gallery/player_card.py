"""Plays a clip frame by frame: play and pause, one frame back, one on; how far it is stands in words, too."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from companion_app.language import _
from companion_app.ui.view_models.gallery.player import PlayerModel
from companion_app.ui.widgets.column import Column
from companion_app.ui.widgets.meter import Meter as Meter
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.ways import Offer
from companion_app.ui.widgets.ways import Tools as Tools


class PlayerCard(Column):
    """Time passes for its model while it plays and the card is in the window."""

    model: PlayerModel | None = ObjectProperty(None, allownone=True)
    words = StringProperty("")
    part = NumericProperty(0)
    playing = BooleanProperty(False)
    silent = StringProperty("")

    def __init__(self, **options: Any) -> None:
        super().__init__(size_hint_y=None, **options)
        self._timer = Clock.create_trigger(self._pass, 0)

    def show(self, model: PlayerModel | None) -> None:
        """Look at the model."""
        self.model = model
        if model is None:
            self.words = ""
            return
        self.words, self.part, self.playing = model.words, model.part, model.playing
        self.silent = _("Its sound is not played here: an exported copy has it.") if model.film.has_sound else ""
        play = Offer(_("Pause"), "pause", model.play) if model.playing else Offer(_("Play"), "play", model.play)
        self.ids.tools.offer(
            [
                play,
                Offer(_("One frame back"), "skip-previous", lambda: model.step(-1)),
                Offer(_("One frame on"), "skip-next", lambda: model.step(1)),
            ]
        )
        if self.playing:
            self._timer()

    def _pass(self, seconds: float) -> None:
        model = self.model
        if model is None or not model.playing:
            return
        if self.get_root_window() is None:
            model.pause()
            return
        model.pass_time(seconds)
        self.part = model.part
        if model.playing:
            self._timer()


load_beside(__file__)
