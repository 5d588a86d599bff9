"""One answer among several: a row with a round sign, a title and what it means."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior

from companion_app.ui.widgets.column import Column as Column  # named in choice.kv
from companion_app.ui.widgets.focus import Pressable
from companion_app.ui.widgets.row import Row
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.text import Icon as Icon  # named in choice.kv


class Choice(Pressable, ButtonBehavior, Row):
    """Shows `chosen` as its owner set it; a press only asks (`on_release`), so nothing is chosen by accident.

    `value` is what the owner knows it by.
    """

    value = StringProperty("")
    title = StringProperty("")
    detail = StringProperty("")
    chosen = BooleanProperty(False)
    several = BooleanProperty(False)  # a rule by itself, not one answer of many
    needed_height = NumericProperty("56dp")


load_beside(__file__)
