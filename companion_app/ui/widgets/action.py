"""The button: wraps its words, is never smaller than 48 dp, and stays readable when it is off."""

from __future__ import annotations

from typing import Any

from kivy.properties import ColorProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.label import Label

from companion_app.ui.widgets.captions import caption_markup
from companion_app.ui.widgets.focus import Pressable
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
        for name in ("caption", "icon", "text_size", "font_size"):
            self.fbind(name, self._write)
        self._write()

    def _write(self, *_: object) -> None:
        self.text = caption_markup(self.caption, self.icon, self.font_name, self.font_size, self.text_size[0])


load_beside(__file__)
