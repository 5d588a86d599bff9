"""Ways on that are equally good: side by side and equally large, or one above the other when the words need the room."""

from __future__ import annotations

from typing import Any

from kivy.uix.gridlayout import GridLayout

from companion_app.ui.widgets.rules import load_beside


class Ways(GridLayout):
    """Actions of the same size, whatever their words."""

    def add_widget(self, widget: Any, *arguments: Any, **options: Any) -> None:
        """Let `widget` grow with its neighbour, but never below the height its own words need."""
        widget.size_hint_y = 1
        widget.size_hint_min_y = widget.needed_height
        widget.bind(needed_height=widget.setter("size_hint_min_y"))
        super().add_widget(widget, *arguments, **options)


load_beside(__file__)
