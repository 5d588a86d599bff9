"""A row that begins where the language's lines begin: on the right for Arabic."""

from __future__ import annotations

from typing import Any

from kivy.uix.boxlayout import BoxLayout

from companion_app.language import current


class Row(BoxLayout):
    """A BoxLayout whose horizontal order is mirrored in languages written from right to left."""

    def do_layout(self, *arguments: Any) -> None:
        """Place as always, then mirror."""
        super().do_layout(*arguments)
        if self.orientation == "horizontal":
            mirror(self)


def mirror(layout: Any) -> None:
    """Swap left and right of a layout that was placed, about its middle, where lines begin on the right."""
    if current().right_to_left:
        for child in layout.children:
            child.x = layout.x + layout.right - child.right
