"""A labelled line of text to type."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.textinput import TextInput

from companion_app.ui.widgets.column import Column
from companion_app.ui.widgets.focus import Focusable
from companion_app.ui.widgets.fonts import font_for
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.script import drawn
from companion_app.ui.widgets.script_label import starts_right


class FieldInput(Focusable, TextInput):
    """The editable part; Tab leaves it, Enter dispatches `on_text_validate`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.write_tab = False

    def _create_line_label(self, text: str, hint: bool = False) -> Any:
        """Draw a line in the order and the font it needs; the cursor moves as if it ran from the left."""
        return super()._create_line_label(text if self.password else drawn(text, right_to_left=starts_right()), hint)

    def _get_line_options(self) -> dict[str, Any]:
        """As Kivy's, in a font that has the signs of what is typed or hinted at."""
        options = super()._get_line_options()
        return {**options, "font_name": font_for(self.text or self.hint_text, self.font_name)}


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
