"""A button that is only a sign, as large as a finger; `says` is its name for whoever does not see it."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.label import Label

from companion_app.ui.widgets.focus import Pressable
from companion_app.ui.widgets.fonts import icon_glyph
from companion_app.ui.widgets.rules import load_beside


class SignButton(Pressable, ButtonBehavior, Label):
    """Only for signs that everybody knows (back, close); everything else has words."""

    icon = StringProperty("blank")
    says = StringProperty("")
    side = NumericProperty(0)
    offered = BooleanProperty(True)  # takes no room, and cannot be reached, otherwise

    def on_icon(self, _: Any, name: str) -> None:
        self.text = icon_glyph(name)


load_beside(__file__)
