from collections.abc import Sequence
from typing import Any

from kivy.core.text import Label as CoreLabel
from kivy.uix.widget import Widget

class Label(Widget):
    text: str
    font_name: str
    font_size: float
    texture_size: tuple[float, float]
    text_size: tuple[float | None, float | None]
    color: Sequence[float]
    _label: CoreLabel
    def texture_update(self, *arguments: Any) -> None: ...
