"""A long text in pieces of their own, so that each can be scrolled into view whole."""

from __future__ import annotations

from typing import Any

from kivy.properties import StringProperty

from companion_app.ui.widgets.column import Column
from companion_app.ui.widgets.text import Text


class Paragraphs(Column):
    """Shows `text`, whose pieces `parted_by` parts; takes no room without one."""

    text = StringProperty("")
    parted_by = StringProperty("\n\n")

    def __init__(self, **options: Any) -> None:
        super().__init__(size_hint_y=None, **options)
        self.fbind("minimum_height", self._fit)
        for name in ("text", "parted_by"):
            self.fbind(name, self._write)
        self._write()

    def _write(self, *_: object) -> None:
        self.clear_widgets()
        for piece in self.text.split(self.parted_by) if self.text else ():
            self.add_widget(Text(text=piece, role="small"))

    def _fit(self, *_: object) -> None:
        self.height = self.minimum_height
