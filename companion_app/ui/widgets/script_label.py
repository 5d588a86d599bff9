"""The label beneath every text: keeps in `text` what is said, and draws it in the font and order that it needs."""

from __future__ import annotations

from typing import Any

from kivy.core.text import Label as CoreLabel
from kivy.uix.label import Label

from companion_app.language import current
from companion_app.ui.widgets.fonts import font_for
from companion_app.ui.widgets.script import Measure, runs_from_the_right, set_lines


class ScriptLabel(Label):
    """A Label without markup whose lines may run from the right, and whose signs Roboto may lack."""

    def texture_update(self, *arguments: Any) -> None:
        """Draw anew: what Kivy can set is left to it, the rest is set here."""
        label = self._label
        label.options["font_name"] = font_for(self.text, self.font_name)
        label.text = self.text
        if runs_from_the_right(self.text):
            label.resolve_font_name()
            label.text = set_lines(self.text, self.text_size[0], _measure(label), right_to_left=starts_right())
        super().texture_update(*arguments)


def starts_right() -> bool:
    """True where the lines of the language spoken now begin on the right."""
    return current().right_to_left


def marked_up(text: str, font: str, size_px: float, width: float | None) -> list[str]:
    """The lines of `text` for a label with markup: set, and each drawn line without a tag of its own."""
    label = CoreLabel(font_name=font_for(text, font), font_size=size_px)
    return set_lines(text, width, _measure(label), right_to_left=starts_right()).split("\n")


def _measure(label: CoreLabel) -> Measure:
    return lambda line: label.get_extents(line)[0]
