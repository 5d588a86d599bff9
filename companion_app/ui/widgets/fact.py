"""A name and what it is: side by side, or one above the other where there is no room; nothing takes no room."""

from __future__ import annotations

from kivy.properties import BooleanProperty, StringProperty

from companion_app.ui.widgets.row import Row
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.text import Text as Text  # named in fact.kv


class Fact(Row):
    """`small` for values that are looked up rather than read."""

    name = StringProperty("")
    value = StringProperty("")
    small = BooleanProperty(False)
    beside = BooleanProperty(False)


load_beside(__file__)
