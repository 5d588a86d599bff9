"""The picture that would leave, with what is masked on it: a tap changes one place, a drag draws a new one.

The outlines and signs lie above the picture in this window alone; nothing of them is in the bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kivy.graphics import InstructionGroup
from kivy.metrics import dp
from kivy.properties import NumericProperty

from companion_app.ui.view_models.sharing.marks import Mark, Sides
from companion_app.ui.widgets.focus import Focusable, scroll_into_view
from companion_app.ui.widgets.mark_paint import DRAWING, Spot, paint
from companion_app.ui.widgets.picture_view import PictureView
from companion_app.ui.widgets.rules import load_beside

_FINGER_DP = 24  # half of what a finger needs
_DRAG_DP = 14  # less is a tap by an unsteady hand
_NEXT, _BACK, _PRESS = ("right", "down"), ("left", "up"), ("enter", "numpadenter", "spacebar")


class MaskView(Focusable, PictureView):
    """Dispatches `on_tap(x, y, reach_x, reach_y)`, `on_drag(sides)` and, from the keyboard, `on_pick(mark)`.

    All in fractions of the picture from its top left corner. `chosen` is the place that the keyboard is at, or -1.
    """

    takes_drags = True  # a list that scrolls leaves them to this widget
    chosen = NumericProperty(-1)

    def __init__(self, **options: Any) -> None:
        for event in ("on_tap", "on_drag", "on_pick"):
            self.register_event_type(event)
        self._marks: tuple[Mark, ...] = ()
        self._begun: tuple[float, float] | None = None
        self._by_touch = False
        self._band: Sides | None = None
        self._paint = InstructionGroup()
        super().__init__(**options)
        self.canvas.after.add(self._paint)
        for name in ("pos", "size", "aspect", "texture", "chosen"):
            self.fbind(name, self._repaint)

    def on_tap(self, x: float, y: float, reach_x: float, reach_y: float) -> None:
        """A place was tapped; bind to it."""

    def on_drag(self, sides: Sides) -> None:
        """A rectangle was drawn; bind to it."""

    def on_pick(self, mark: Mark) -> None:
        """Enter was pressed on a marked place; bind to it."""

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The places that are marked, in the order in which the keyboard visits them."""
        return self._marks

    def mark(self, marks: Sequence[Mark]) -> None:
        """Replace the marks."""
        marks = tuple(marks)
        if marks == self._marks:
            return
        self._marks = marks
        self.chosen = min(self.chosen, len(marks) - 1)
        self._repaint()

    def point_at(self, name: str | None) -> None:
        """Draw the mark with this id as the one that is meant; None: where the keyboard is, if it is here."""
        found = next((number for number, mark in enumerate(self._marks) if mark.id == name), -1)
        if found >= 0 or not self.focus:
            self.chosen = found

    def spot(self, sides: Sides) -> Spot:
        """x, y, width and height in the window of `sides` of the picture."""
        left, top, width, height = self._drawn()
        return (
            left + sides.left * width,
            top - sides.bottom * height,
            (sides.right - sides.left) * width,
            (sides.bottom - sides.top) * height,
        )

    def on_focus(self, widget: Any, focused: bool) -> None:
        """The keyboard scrolls here; under a finger nothing may move. The first place is chosen with the first key."""
        if focused and not self._by_touch:
            scroll_into_view(widget)
        if not focused:
            self.chosen = -1

    def keyboard_on_key_down(self, window: Any, keycode: tuple[int, str], text: str, modifiers: list[str]) -> bool:
        """Arrows go from place to place, Enter and Space pick."""
        name = keycode[1]
        if name in (*_NEXT, *_BACK) and self._marks:
            step = 1 if name in _NEXT else -1
            self.chosen = (self.chosen + step) % len(self._marks) if self.chosen >= 0 else 0
            return True
        if name in _PRESS and 0 <= self.chosen < len(self._marks):
            self.dispatch("on_pick", self._marks[int(self.chosen)])
            return True
        return super().keyboard_on_key_down(window, keycode, text, modifiers)

    def on_touch_down(self, touch: Any) -> bool:
        """Take the touch whole, so that a drag draws and does not scroll."""
        if not self.collide_point(*touch.pos) or getattr(touch, "is_mouse_scrolling", False):
            return super().on_touch_down(touch)
        self._by_touch = True
        super().on_touch_down(touch)
        if self.texture is not None and not self.disabled:
            self._begun = self._fraction(*touch.pos)
        touch.grab(self)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Show what is being drawn."""
        if touch.grab_current is not self:
            return super().on_touch_move(touch)
        if self._begun is not None and _far(touch):
            self._show_band(_spanned(self._begun, self._fraction(*touch.pos)))
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """A tap or the end of a drag."""
        if touch.grab_current is not self:
            return super().on_touch_up(touch)
        touch.ungrab(self)
        begun, self._begun, self._by_touch = self._begun, None, False
        self._show_band(None)
        if begun is not None and _far(touch):
            self.dispatch("on_drag", _spanned(begun, self._fraction(*touch.pos)))
        elif begun is not None and 0 <= begun[0] <= 1 and 0 <= begun[1] <= 1:
            _, _, width, height = self._drawn()
            self.dispatch("on_tap", *begun, dp(_FINGER_DP) / width, dp(_FINGER_DP) / height)
        return True

    def _drawn(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of the picture within the view, as picture_view.kv draws it."""
        width = max(1.0, min(self.width, self.height / self.aspect))
        height = max(1.0, min(self.height, self.width * self.aspect))
        return self.x + (self.width - width) / 2, self.y + (self.height + height) / 2, width, height

    def _fraction(self, x: float, y: float) -> tuple[float, float]:
        left, top, width, height = self._drawn()
        return (x - left) / width, (top - y) / height

    def _show_band(self, sides: Sides | None) -> None:
        self._band = sides
        self._repaint()

    def _repaint(self, *_: object) -> None:
        self._paint.clear()
        if self.texture is None:
            return
        top = self._drawn()[1]
        for number, mark in enumerate(self._marks):
            paint(self._paint, self.spot(mark.sides), mark.kind, mark.state, number == self.chosen, top)
        if self._band is not None:
            paint(self._paint, self.spot(self._band), "", DRAWING, True, top)


def _far(touch: Any) -> bool:
    return max(abs(touch.x - touch.ox), abs(touch.y - touch.oy)) >= dp(_DRAG_DP)


def _spanned(one: tuple[float, float], other: tuple[float, float]) -> Sides:
    (a, b), (c, d) = one, other
    return Sides(max(0.0, min(a, c)), max(0.0, min(b, d)), min(1.0, max(a, c)), min(1.0, max(b, d)))


load_beside(__file__)
