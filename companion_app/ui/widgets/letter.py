"""A long text in paragraphs of their own, so that each can be scrolled into view whole."""

from __future__ import annotations

from typing import Any

from kivy.properties import StringProperty

from companion_app.ui.widgets.surfaces import Card
from companion_app.ui.widgets.text import Text


class Letter(Card):
    """Shows `text`, whose paragraphs an empty line parts; takes no room without one."""

    text = StringProperty("")

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.fbind("text", self._write)
        self.fbind("minimum_height", self._fit)
        self._write()

    def _write(self, *_: object) -> None:
        self.clear_widgets()
        for paragraph in self.text.split("\n\n") if self.text else ():
            self.add_widget(Text(text=paragraph, role="small"))
        self._fit()

    def _fit(self, *_: object) -> None:
        self.height = self.minimum_height if self.text else 0
        self.opacity = 1 if self.text else 0
