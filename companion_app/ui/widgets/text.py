"""Text that wraps, grows with the font scale and takes the height it needs; and icons, which are text too."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ColorProperty, OptionProperty, StringProperty
from kivy.uix.label import Label

from companion_app.ui.widgets.fonts import icon_glyph
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.script_label import ScriptLabel


class Text(ScriptLabel):
    """A paragraph. Markup stays off: what others wrote (answers, terms, names) is shown as it is."""

    role = OptionProperty("body", options=["headline", "title", "body", "label", "small"])
    quiet = BooleanProperty(False)
    strong = BooleanProperty(False)
    ink = ColorProperty(None, allownone=True)


class Icon(Label):
    """One Material icon by name; decoration beside words, never instead of them."""

    icon = StringProperty("blank")
    ink = ColorProperty(None, allownone=True)

    def on_icon(self, _: Any, name: str) -> None:
        self.text = icon_glyph(name)


load_beside(__file__)
