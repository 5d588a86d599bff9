"""One picture on the wall: a square of it, and signs for what it is and what is known of it."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.widget import Widget

from companion_app.ui.widgets.focus import Pressable
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.signs import sign_markup

_HOLD_S = 0.5
_ARROWS = {"left": (0, -1), "right": (0, 1), "up": (-1, 0), "down": (1, 0)}


class Tile(Pressable, ButtonBehavior, Widget):
    """Dispatches `on_release`, and `on_hold` instead where it was pressed for long. `number`: its place on the wall."""

    number = NumericProperty(-1)
    picture = StringProperty("")
    texture = ObjectProperty(None, allownone=True)
    broken = BooleanProperty(False)
    chosen = BooleanProperty(False)
    choosing = BooleanProperty(False)
    marks = StringProperty("")  # markup of `sign_markup`
    state_marks = StringProperty("")
    spoken = StringProperty("")
    sign_px = NumericProperty(14)
    mark = ObjectProperty(None, allownone=True)
    mark_size = ListProperty([0, 0])
    state_mark = ObjectProperty(None, allownone=True)
    state_size = ListProperty([0, 0])

    def __init__(self, **options: Any) -> None:
        self.register_event_type("on_hold")
        self.register_event_type("on_arrow")
        super().__init__(**options)
        self._timer = Clock.create_trigger(self._held, _HOLD_S)
        self._was_held = False
        for name in ("broken", "chosen", "choosing"):
            self.fbind(name, self._mark_state)

    def on_hold(self) -> None:
        """Pressed for long; bind to it."""

    def on_arrow(self, rows: int, columns: int) -> None:
        """An arrow key asks for the neighbour; bind to it."""

    def on_press(self) -> None:
        self._was_held = False
        self._timer()

    def on_touch_up(self, touch: Any) -> bool:
        self._timer.cancel()
        return super().on_touch_up(touch)

    def on_release(self) -> None:
        self._timer.cancel()

    @property
    def was_held(self) -> bool:
        """True for the release that ends a long press: it means nothing more."""
        return self._was_held

    def keyboard_on_key_down(self, window: Any, keycode: tuple[int, str], text: str, modifiers: list[str]) -> bool:
        if keycode[1] in _ARROWS:
            self.dispatch("on_arrow", *_ARROWS[keycode[1]])
            return True
        if keycode[1] in ("enter", "numpadenter", "spacebar"):
            self._was_held = False
        return super().keyboard_on_key_down(window, keycode, text, modifiers)

    def _mark_state(self, *_changed: object) -> None:
        """A sign of its own for each state: colour alone would not do."""
        icon = "image-broken-variant" if self.broken else "check-circle" if self.chosen else "circle-outline"
        self.state_marks = sign_markup(icon) if self.broken or self.choosing else ""

    def _held(self, _delay: float) -> None:
        if self.state == "down":
            self._was_held = True
            self.dispatch("on_hold")


load_beside(__file__)
