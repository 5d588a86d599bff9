"""A button that takes no room, and cannot be reached, while there is nothing that it could do."""

from __future__ import annotations

from kivy.properties import BooleanProperty

from companion_app.ui.widgets.action import Action
from companion_app.ui.widgets.rules import load_beside


class Way(Action):
    """Shown while `offered`."""

    offered = BooleanProperty(True)


load_beside(__file__)
