"""A column in which what is empty takes no room, not even its share of the spacing."""

from __future__ import annotations

from typing import Any

from kivy.properties import NumericProperty, VariableListProperty
from kivy.uix.layout import Layout

from companion_app.language import current


class Column(Layout):
    """Children from top to bottom: those with a `size_hint_y` share the room that the others leave over."""

    spacing = NumericProperty(0)
    padding = VariableListProperty([0, 0, 0, 0])
    minimum_height = NumericProperty(0)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name in ("size", "pos", "children", "spacing", "padding"):
            self.fbind(name, self._trigger_layout)

    def do_layout(self, *_: object) -> None:
        """Measure, then place."""
        shown = [child for child in reversed(self.children) if child.size_hint_y is not None or child.height > 0]
        stretching = [child for child in shown if child.size_hint_y is not None]
        # A stretching child is a gap between two groups: it needs no spacing of its own.
        gaps = max(0, len(shown) - len(stretching) - 1) * self.spacing
        fixed = sum(child.height for child in shown if child.size_hint_y is None)
        self.minimum_height = fixed + gaps + self.padding[1] + self.padding[3]
        spare = max(0.0, self.height - self.minimum_height) / max(1, len(stretching))
        self._place(shown, spare)

    def _place(self, shown: list[Any], spare: float) -> None:
        top = self.top - self.padding[1]
        before_is_fixed, mirrored = False, current().right_to_left
        for child in shown:
            if child.size_hint_y is not None:
                child.height = spare
            elif before_is_fixed:
                top -= self.spacing
            before_is_fixed = before_is_fixed or child.size_hint_y is None
            if child.size_hint_x is not None:
                child.width = max(0.0, self.width - self.padding[0] - self.padding[2])
            child.x = self.right - self.padding[2] - child.width if mirrored else self.x + self.padding[0]
            child.top = top
            top -= child.height
        for child in self.children:
            if child not in shown:
                child.pos = (self.x, top)
                if child.size_hint_x is not None:
                    child.width = max(0.0, self.width - self.padding[0] - self.padding[2])
