"""Keyboard focus that stays in the top layer, shows itself, and scrolls into view."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kivy.app import App
from kivy.metrics import dp
from kivy.uix.behaviors import FocusBehavior
from kivy.uix.scrollview import ScrollView
from kivy.uix.widget import Widget

from companion_app.language import current


class Focusable(FocusBehavior):
    """Takes focus by Tab and by touch; Tab goes round within the layer on top (the open sheet, else the page)."""

    def get_focus_next(self) -> Any:
        return neighbour(self, 1)

    def get_focus_previous(self) -> Any:
        return neighbour(self, -1)

    def on_focus(self, widget: Any, focused: bool) -> None:
        if focused:
            scroll_into_view(widget)
            App.get_running_app().say_focus(widget)


class Pressable(Focusable):
    """A focusable button: Enter and Space press it, arrows go on. Mix it in before a ButtonBehavior."""

    def keyboard_on_key_down(self, window: Any, keycode: tuple[int, str], text: str, modifiers: list[str]) -> bool:
        if keycode[1] in ("enter", "numpadenter", "spacebar"):
            self.dispatch("on_release")
            return True
        step = _steps().get(keycode[1])
        if step is not None:
            other = neighbour(self, step)
            if other is not None:
                other.focus = True
            return True
        return super().keyboard_on_key_down(window, keycode, text, modifiers)

    def keyboard_on_key_up(self, window: Any, keycode: tuple[int, str]) -> bool:  # noqa: ARG002 - Kivy's signature
        return False  # Escape belongs to the page or the sheet, not to one button


def _steps() -> dict[str, int]:
    """Where the arrows lead: on and back in the order of reading."""
    ahead, behind = ("left", "right") if current().right_to_left else ("right", "left")
    return {"down": 1, ahead: 1, "up": -1, behind: -1}


def focusables(layer: Widget) -> Iterator[Any]:
    """What Tab visits in `layer`, in reading order."""
    for widget in layer.walk(restrict=True):
        if isinstance(widget, FocusBehavior) and widget.is_focusable and not widget.disabled:
            yield widget


def neighbour(widget: Any, step: int) -> Any:
    """The focusable `step` places after `widget` in the top layer, going round; None where there is no other."""
    order = list(focusables(App.get_running_app().top_layer()))
    if widget not in order:
        return order[0] if order else None
    other = order[(order.index(widget) + step) % len(order)]
    return None if other is widget else other


def scroll_into_view(widget: Widget) -> None:
    """Scroll the list that holds `widget`, if any, until it is seen."""
    parent = widget.parent
    while parent is not None and parent is not parent.parent:
        if isinstance(parent, ScrollView):
            parent.scroll_to(widget, padding=dp(24), animate=False)
            return
        parent = parent.parent
