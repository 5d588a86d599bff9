from typing import Any

from kivy.event import EventDispatcher

class WindowBase(EventDispatcher):
    size: tuple[int, int]
    system_size: tuple[int, int]
    clearcolor: tuple[float, float, float, float]
    canvas: Any

Window: WindowBase
