"""The button: wraps its words, is never smaller than 48 dp, and stays readable when it is off."""

from __future__ import annotations

from typing import Any

from kivy.properties import ColorProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.label import Label
from kivy.utils import escape_markup

from companion_app.ui.widgets.focus import Pressable
from companion_app.ui.widgets.fonts import ICON_FONT, font_for, icon_glyph
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.script import runs_from_the_right
from companion_app.ui.widgets.script_label import marked_up


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
        sign = f"[font={ICON_FONT}]{icon_glyph(self.icon)}[/font]" if self.icon else ""
        if not runs_from_the_right(self.caption):
            self.text = f"{sign}  {escape_markup(self.caption)}" if sign else escape_markup(self.caption)
            return
        width = self.text_size[0]
        room = None if width is None else max(1, width - (2 * self.font_size if sign else 0))
        font = font_for(self.caption, self.font_name)
        first, *others = (
            f"[font={font}]{escape_markup(line)}[/font]"
            for line in marked_up(self.caption, self.font_name, self.font_size, room)
        )
        self.text = "\n".join([f"{first}  {sign}" if sign else first, *others])


load_beside(__file__)
