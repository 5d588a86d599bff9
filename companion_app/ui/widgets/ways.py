"""Ways on that are equally good: side by side and equally large, or one above the other when words need the room."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.gridlayout import GridLayout

from companion_app.ui.widgets.rules import load_beside


class Ways(GridLayout):
    """Widgets with a `needed_height` (Action, Choice), all of the same size: that of the one that needs most."""

    stacked = BooleanProperty(False)
    tallest = NumericProperty(0)

    def add_widget(self, widget: Any, *arguments: Any, **options: Any) -> None:
        """Let `widget` be as tall as its tallest neighbour."""
        widget.size_hint_y = 1
        widget.bind(needed_height=self._measure)
        super().add_widget(widget, *arguments, **options)
        self._measure()

    def _measure(self, *_: object) -> None:
        self.tallest = max((child.needed_height for child in self.children), default=0)


load_beside(__file__)
