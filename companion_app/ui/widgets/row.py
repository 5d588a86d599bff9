"""A row that begins where the language's lines begin: on the right for Arabic."""

from __future__ import annotations

from typing import Any

from kivy.uix.boxlayout import BoxLayout

from companion_app.language import current


class Row(BoxLayout):
    """A BoxLayout whose horizontal order is mirrored in languages written from right to left."""

    def do_layout(self, *arguments: Any) -> None:
        """Place as always, then mirror about the middle."""
        super().do_layout(*arguments)
        if self.orientation == "horizontal" and current().right_to_left:
            for child in self.children:
                child.x = self.x + self.right - child.right
