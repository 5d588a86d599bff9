"""What other widgets lie on: cards, notices with a meaning, and the one-line sign."""

from __future__ import annotations

from kivy.properties import ColorProperty, OptionProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from companion_app.ui.widgets.column import Column
from companion_app.ui.widgets.rules import load_beside


class Card(Column):
    """A raised surface that takes the height of what lies in it."""


class Notice(BoxLayout):
    """A sign, a title and a detail in one tone; with empty words it takes no room."""

    kind = OptionProperty("notice", options=["good", "caution", "problem", "notice"])
    icon = StringProperty("information-outline")
    title = StringProperty("")
    detail = StringProperty("")
    fill = ColorProperty([0, 0, 0, 0])
    ink = ColorProperty([0, 0, 0, 1])
    line = ColorProperty([0, 0, 0, 0])


load_beside(__file__)
