"""What the window holds: one page, and the bar of the rooms below it or beside it."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty
from kivy.uix.widget import Widget

from companion_app.ui.widgets.navigation import Navigation
from companion_app.ui.widgets.row import Row
from companion_app.ui.widgets.rules import load_beside


class Frame(Row):
    """`page` is shown; the bar takes part while it is `offered`."""

    wide = BooleanProperty(False)
    offered = BooleanProperty(False)

    def __init__(self, **options: Any) -> None:
        self.page: Widget | None = None
        self.bar = Navigation()
        super().__init__(**options)
        for name in ("wide", "offered"):
            self.fbind(name, self._arrange)

    def show(self, page: Widget, *, with_bar: bool) -> None:
        """Put `page` in the place of the one before."""
        if page is not self.page or with_bar != self.offered:
            self.page, self.offered = page, with_bar
            self._arrange()

    def _arrange(self, *_arguments: object) -> None:
        self.clear_widgets()
        bar = [self.bar] if self.offered else []
        page = [self.page] if self.page is not None else []
        for part in bar + page if self.wide else page + bar:
            self.add_widget(part)


load_beside(__file__)
