from collections.abc import Sequence

from kivy.uix.widget import Widget

class Label(Widget):
    text: str
    font_name: str
    font_size: float
    texture_size: tuple[float, float]
    color: Sequence[float]
