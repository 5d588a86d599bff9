"""A row that leads to a page within: a sign, what it is, and the arrow that every such row has."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior

from companion_app.language import current
from companion_app.ui.widgets.column import Column as Column  # named in door.kv
from companion_app.ui.widgets.focus import Pressable
from companion_app.ui.widgets.row import Row
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.text import Icon as Icon  # named in door.kv
from companion_app.ui.widgets.text import Text as Text  # named in door.kv


class DoorRow(Pressable, ButtonBehavior, Row):
    """Its arrow points where the language's lines go."""

    title = StringProperty("")
    detail = StringProperty("")
    icon = StringProperty("cog-outline")
    mirrored = BooleanProperty(False)
    roomy = BooleanProperty(True)
    needed_height = NumericProperty("56dp")

    def __init__(self, **options: object) -> None:
        super().__init__(mirrored=current().right_to_left, **options)


load_beside(__file__)
