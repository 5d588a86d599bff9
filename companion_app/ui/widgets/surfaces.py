"""What other widgets lie on: cards, notices with a meaning, and the one-line sign."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, ColorProperty, OptionProperty, StringProperty

from companion_app.ui.widgets.column import Column
from companion_app.ui.widgets.focus import scroll_into_view
from companion_app.ui.widgets.row import Row
from companion_app.ui.widgets.rules import load_beside


class Card(Column):
    """A raised surface that takes the height of what lies in it."""


class Notice(Row):
    """A sign, a title and a detail in one tone; with empty words it takes no room. `seek`: scrolls itself into view."""

    kind = OptionProperty("notice", options=["good", "caution", "problem", "notice"])
    icon = StringProperty("information-outline")
    title = StringProperty("")
    detail = StringProperty("")
    fill = ColorProperty([0, 0, 0, 0])
    ink = ColorProperty([0, 0, 0, 1])
    line = ColorProperty([0, 0, 0, 0])
    seek = BooleanProperty(False)

    def on_title(self, _: Any, title: str) -> None:
        """What answers a touch shows itself: the next frame but one has laid it out."""
        if title and self.seek:
            Clock.schedule_once(lambda _: Clock.schedule_once(lambda _: scroll_into_view(self), 0), 0)


load_beside(__file__)
