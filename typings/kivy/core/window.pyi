from typing import Any

from kivy.event import EventDispatcher
from kivy.uix.widget import Widget

class WindowBase(EventDispatcher):
    def add_widget(self, widget: Widget) -> None: ...
    size: tuple[int, int]
    system_size: tuple[int, int]
    clearcolor: tuple[float, float, float, float]
    canvas: Any

Window: WindowBase
