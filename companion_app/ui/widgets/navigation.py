"""The bar of the rooms: along the bottom of a phone, down the side of a wide window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kivy.core.text import Label as CoreLabel
from kivy.metrics import dp, sp
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout

from companion_app.ui.theme.look import TEXT_SP
from companion_app.ui.widgets.focus import Pressable
from companion_app.ui.widgets.fonts import STRONG_FONT
from companion_app.ui.widgets.row import Row
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.text import Icon as Icon  # named in navigation.kv
from companion_app.ui.widgets.text import Text as Text  # named in navigation.kv

_SIDES_DP = 8  # a label keeps this from its neighbours, in all
_LEAST_DP = 56


@dataclass(frozen=True)
class Stop:
    """One place of the bar; `value` is what its owner knows it by."""

    value: str
    caption: str
    icon: str


class NavigationItem(Pressable, ButtonBehavior, BoxLayout):
    """A sign above its name; the chosen one has a surface behind its sign, and its name stays longest."""

    value = StringProperty("")
    caption = StringProperty("")
    icon = StringProperty("blank")
    chosen = BooleanProperty(False)
    named = BooleanProperty(True)


class Navigation(Row):
    """`offer` lays the places out; `chosen` is the one that is shown; a press calls what `offer` was given.

    Where the text is too large for all names side by side, only the chosen place keeps its name.
    """

    chosen = StringProperty("")
    wide = BooleanProperty(False)
    font_scale = NumericProperty(1.0)
    needed_width = NumericProperty(0)  # of the bar at the side
    needed_height = NumericProperty(0)  # of the bar below

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name in ("width", "wide", "font_scale", "chosen"):
            self.fbind(name, self._measure)

    def offer(self, stops: Sequence[Stop], go: Callable[[str], None]) -> None:
        """Replace the places; `go` hears the value of the one that was pressed."""
        self.clear_widgets()
        for stop in stops:
            item = NavigationItem(value=stop.value, caption=stop.caption, icon=stop.icon)
            item.bind(on_release=lambda pressed: go(pressed.value), height=self._fit)
            self.add_widget(item)
        self._measure()
        self._fit()

    def _fit(self, *_arguments: object) -> None:
        self.needed_height = max((item.height for item in self.children), default=0)

    def _measure(self, *_arguments: object) -> None:
        """Who is named, and how wide everything is."""
        items = list(reversed(self.children))
        font_size = sp(TEXT_SP["sign"]) * self.font_scale
        words = CoreLabel(font_name=STRONG_FONT, font_size=font_size)
        needed = {item.value: words.get_extents(item.caption)[0] + dp(_SIDES_DP) for item in items}
        self.needed_width = max(needed.values(), default=0) + dp(24)
        widths = _widths(needed, self.chosen, self.width, max(dp(_LEAST_DP), font_size * 2))
        all_named = self.wide or all(needed[item.value] <= widths[item.value] for item in items)
        for item in items:
            item.chosen = item.value == self.chosen
            item.named = all_named or (item.chosen and needed[item.value] <= widths[item.value])
            item.size_hint_x = 1 if self.wide else None
            if not self.wide:
                item.width = widths[item.value]


def _widths(needed: dict[str, float], chosen: str, room: float, least: float) -> dict[str, float]:
    """The same for all where every name fits; else the chosen one takes what its name needs."""
    if not needed:
        return {}
    even = room / len(needed)
    if max(needed.values()) <= even or chosen not in needed:
        return dict.fromkeys(needed, even)
    others = len(needed) - 1
    first = max(even, min(needed[chosen], room - others * min(least, even)))
    return {value: first if value == chosen else (room - first) / max(1, others) for value in needed}


load_beside(__file__)
