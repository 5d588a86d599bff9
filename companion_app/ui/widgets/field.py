"""A labelled line of text to type."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.textinput import TextInput

from companion_app.ui.widgets.column import Column
from companion_app.ui.widgets.focus import Focusable
from companion_app.ui.widgets.rules import load_beside


class FieldInput(Focusable, TextInput):
    """The editable part; Tab leaves it, Enter dispatches `on_text_validate`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.write_tab = False


class Field(Column):
    """`label` stands above the line and stays there while one types. Dispatches `on_enter` when Enter is pressed."""

    label = StringProperty("")
    hint = StringProperty("")
    text = StringProperty("")
    locked = BooleanProperty(False)
    secret = BooleanProperty(False)

    def __init__(self, **options: Any) -> None:
        self.register_event_type("on_enter")
        super().__init__(**options)

    def on_enter(self) -> None:
        """Enter was pressed; bind to it."""


load_beside(__file__)
