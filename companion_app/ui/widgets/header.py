"""What stands above every page: where one is, the way back if there is one, and whether glasses are simulated."""

from __future__ import annotations

from typing import Any

from kivy.core.text import Label as CoreLabel
from kivy.metrics import dp
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from companion_app.language import current
from companion_app.ui.widgets.fonts import font_for
from companion_app.ui.widgets.row import Row
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.script_label import ScriptLabel as ScriptLabel  # named in header.kv
from companion_app.ui.widgets.sign_button import SignButton as SignButton  # named in header.kv
from companion_app.ui.widgets.text import Icon as Icon  # named in header.kv

_GAPS_DP = 66  # sides, and between sign, name and note


class Header(Row):
    """The app's name without a `title`; the `note` cannot be overlooked: beside the name, or below for want of room."""

    title = StringProperty("")
    back_offered = BooleanProperty(False)
    mirrored = BooleanProperty(False)
    note = StringProperty("")
    note_width = NumericProperty(0)  # in one line
    in_one_row = BooleanProperty(True)

    def __init__(self, **options: Any) -> None:
        super().__init__(mirrored=current().right_to_left, **options)

    def on_kv_post(self, base_widget: Any) -> None:
        """Measure from now on."""
        del base_widget
        ids = self.ids
        watched = ((self, "size"), (ids.lead, "width"), (ids.badge, "font_size"), (ids.name, "text"), (self, "note"))
        for source, name in watched:
            source.fbind(name, self._measure)
        self._measure()

    def _measure(self, *_arguments: object) -> None:
        badge = self.ids.badge
        self.note_width = _width(badge, self.note) + badge.padding[0] + badge.padding[2] if self.note else 0
        needed = self.ids.lead.width + _width(self.ids.name, self.ids.name.text) + self.note_width + dp(_GAPS_DP)
        self.in_one_row = needed <= self.width


def _width(label: Any, text: str) -> float:
    """Of `text` in one line."""
    return CoreLabel(font_name=font_for(text, label.font_name), font_size=label.font_size).get_extents(text)[0]


load_beside(__file__)
