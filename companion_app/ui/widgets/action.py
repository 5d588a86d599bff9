"""The button: wraps its words, is never smaller than 48 dp, and stays readable when it is off."""

from __future__ import annotations

from typing import Any

from kivy.properties import ColorProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.label import Label
from kivy.utils import escape_markup

from companion_app.ui.widgets.focus import Pressable
from companion_app.ui.widgets.fonts import ICON_FONT, icon_glyph
from companion_app.ui.widgets.rules import load_beside


class Action(Pressable, ButtonBehavior, Label):
    """`caption` after an optional `icon`. Kinds: filled (the way on), outlined (a way as good), plain (aside)."""

    caption = StringProperty("")
    icon = StringProperty("")
    kind = OptionProperty("filled", options=["filled", "outlined", "plain"])
    fill = ColorProperty([0, 0, 0, 0])
    line = ColorProperty([0, 0, 0, 0])
    needed_height = NumericProperty("52dp")

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.fbind("caption", self._write)
        self.fbind("icon", self._write)
        self._write()

    def _write(self, *_: object) -> None:
        sign = f"[font={ICON_FONT}]{icon_glyph(self.icon)}[/font]  " if self.icon else ""
        self.text = sign + escape_markup(self.caption)


load_beside(__file__)
