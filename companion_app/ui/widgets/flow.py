"""Small buttons that stand side by side as long as there is room, and go on in the next line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kivy.metrics import dp
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.label import Label
from kivy.uix.layout import Layout

from companion_app.language import current
from companion_app.ui.widgets.captions import caption_markup, caption_width
from companion_app.ui.widgets.focus import Pressable
from companion_app.ui.widgets.rules import load_beside

_SIDES_DP = 28
_ICON_OF_TEXT = 1.7  # an icon and the gap after it, in font sizes


@dataclass(frozen=True)
class Stop:
    """One of them; `value` is what its owner knows it by."""

    value: str
    caption: str
    chosen: bool = False
    icon: str = ""


class Chip(Pressable, ButtonBehavior, Label):
    """A caption with a sign for whether it is chosen. As wide as its words, or as the line where they need more."""

    value = StringProperty("")
    caption = StringProperty("")
    icon = StringProperty("")
    chosen = BooleanProperty(False)
    widest = NumericProperty(0)
    fill = ColorProperty([0, 0, 0, 0])

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name in ("caption", "icon", "chosen", "font_size", "widest"):
            self.fbind(name, self._write)
        self._write()

    def _write(self, *_changed: object) -> None:
        icon = "check" if self.chosen else self.icon
        words = caption_width(self.caption, self.font_name, self.font_size)
        needed = words + dp(_SIDES_DP) + (_ICON_OF_TEXT * self.font_size if icon else 0)
        self.width = max(dp(48), min(needed, self.widest)) if self.widest else max(dp(48), needed)
        self.text = caption_markup(
            self.caption, icon, self.font_name, self.font_size, self.width - dp(20) if self.widest else None
        )


class Flow(Layout):
    """Lines of Chips, from where the language begins. `offer` lays them out."""

    spacing = NumericProperty("8dp")

    def __init__(self, **options: Any) -> None:
        self._offered: tuple[Stop, ...] = ()
        self._pressed: Callable[[str], object] = str
        super().__init__(size_hint_y=None, height=0, **options)
        for name in ("size", "pos", "children", "spacing"):
            self.fbind(name, self._trigger_layout)

    def offer(self, stops: Sequence[Stop], pressed: Callable[[str], object]) -> None:
        """Replace them; the same ones stay as they are, with the keyboard where it was."""
        self._pressed = pressed
        if [stop.value for stop in stops] == [stop.value for stop in self._offered]:
            chips = {chip.value: chip for chip in self.children}
            for stop in stops:
                chips[stop.value].caption, chips[stop.value].chosen = stop.caption, stop.chosen
        else:
            self.clear_widgets()
            for stop in stops:
                chip = Chip(value=stop.value, caption=stop.caption, icon=stop.icon, chosen=stop.chosen)
                chip.bind(on_release=lambda one: self._pressed(one.value), size=self._trigger_layout)
                self.add_widget(chip)
        self._offered = tuple(stops)

    def do_layout(self, *_changed: object) -> None:
        """Line by line, each as tall as its tallest."""
        lines: list[list[Any]] = [[]]
        used = 0.0
        for chip in reversed(self.children):
            chip.widest = self.width
            if lines[-1] and used + self.spacing + chip.width > self.width:
                lines.append([])
                used = 0.0
            used += chip.width + (self.spacing if lines[-1] else 0)
            lines[-1].append(chip)
        heights = [max((chip.height for chip in line), default=0) for line in lines]
        self.height = sum(heights) + self.spacing * (len(lines) - 1)
        top = self.top
        for line, height in zip(lines, heights, strict=True):
            self._place(line, top)
            top -= height + self.spacing

    def _place(self, line: list[Any], top: float) -> None:
        backwards = current().right_to_left
        at = self.right if backwards else self.x
        for chip in line:
            chip.top = top
            chip.x = at - chip.width if backwards else at
            at += -(chip.width + self.spacing) if backwards else chip.width + self.spacing


load_beside(__file__)
