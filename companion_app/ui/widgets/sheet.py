"""A sheet over the page: nothing below it can be touched or reached by Tab, and Escape means its safe way out."""

from __future__ import annotations

from typing import Any

from kivy.properties import NumericProperty
from kivy.uix.modalview import ModalView

from companion_app.ui.widgets.page import Scroller as Scroller  # named in sheet.kv
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.ways import Ways


class Sheet(ModalView):
    """Children go into one scrolling column, Ways below it, where they are always seen.

    Touching beside the sheet does nothing: leaving is a choice, not an accident.
    """

    widest = NumericProperty("560dp")

    def add_widget(self, widget: Any, *arguments: Any, **options: Any) -> None:
        """Put `widget` in its place."""
        column = self.ids.get("column")
        if column is None:  # the sheet's own parts, while its rule is applied
            super().add_widget(widget, *arguments, **options)
        elif isinstance(widget, Ways):
            self.ids.footer.add_widget(widget, *arguments, **options)
        else:
            column.add_widget(widget, *arguments, **options)

    def leave(self) -> None:
        """The safe way out, as Escape takes it."""
        self.dismiss(animation=False)


load_beside(__file__)
