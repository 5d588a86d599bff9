from typing import Any

from kivy.uix.widget import Widget

class ButtonBehavior(Widget):
    state: str

class FocusBehavior(Widget):
    focus: bool
    is_focusable: bool
    def get_focus_next(self) -> Any: ...
    def get_focus_previous(self) -> Any: ...
    def keyboard_on_key_down(self, window: Any, keycode: tuple[int, str], text: str, modifiers: list[str]) -> bool: ...
    def keyboard_on_key_up(self, window: Any, keycode: tuple[int, str]) -> bool: ...
