from typing import Any

from kivy.uix.widget import Widget

class ScrollView(Widget):
    scroll_y: float
    def scroll_to(self, widget: Widget, padding: float = ..., animate: bool = ...) -> None: ...
    def simulate_touch_down(self, touch: Any) -> bool: ...
