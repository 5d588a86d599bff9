"""A sheet over the page: nothing below it can be touched or reached by Tab, and Escape means its safe way out."""

from __future__ import annotations

from typing import Any

from kivy.properties import NumericProperty, ObjectProperty
from kivy.uix.modalview import ModalView

from companion_app.ui.widgets.live_banner import LiveBanner as LiveBanner  # named in sheet.kv
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


class ModelSheet(Sheet):
    """A sheet that looks at one model, and is open exactly as long as the shell has that model on top."""

    model = ObjectProperty(None)

    @property
    def must_draw(self) -> bool:
        """True when there is a picture to draw that is not drawn yet."""
        return False

    def refresh(self) -> None:
        """Look at the model again; each sheet says how."""
        raise NotImplementedError

    async def draw(self) -> None:
        """Draw what `must_draw` is about."""


load_beside(__file__)
