from collections.abc import Iterator
from typing import Any

from kivy.event import EventDispatcher

class Widget(EventDispatcher):
    x: float
    y: float
    width: float
    height: float
    right: float
    top: float
    pos: tuple[float, float]
    size: tuple[float, float]
    size_hint_x: float | None
    size_hint_y: float | None
    opacity: float
    disabled: bool
    parent: Widget | None
    children: list[Any]
    ids: Any
    canvas: Any
    def add_widget(self, widget: Any, *arguments: Any, **options: Any) -> None: ...
    def remove_widget(self, widget: Widget) -> None: ...
    def clear_widgets(self) -> None: ...
    def walk(self, restrict: bool = ..., loopback: bool = ...) -> Iterator[Any]: ...
    def on_kv_post(self, base_widget: Any) -> None: ...
