"""How far something has come, as a bar; the words beside it say it too."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.widget import Widget

from companion_app.ui.widgets.rules import load_beside


class Meter(Widget):
    """`part` from 0 to 1; takes no room while it is not `offered`."""

    part = NumericProperty(0)
    offered = BooleanProperty(False)


load_beside(__file__)
