"""A picture with lines over it: thirds, and a middle line to hold level."""

from __future__ import annotations

from typing import Any

from kivy.graphics import Color, Line
from kivy.metrics import dp
from kivy.properties import BooleanProperty

from companion_app.ui.widgets.picture_view import PictureView

_DARK, _LIGHT = (0, 0, 0, 0.7), (1, 1, 1, 0.9)  # one above the other: seen on any picture
_THIRDS = (1 / 3, 2 / 3)


class Viewfinder(PictureView):
    """`grid` draws the lines, on the picture alone."""

    grid = BooleanProperty(False)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name in ("size", "pos", "aspect", "grid", "texture"):
            self.fbind(name, self._rule)

    def _rule(self, *_arguments: object) -> None:
        self.canvas.after.clear()
        if not self.grid or self.texture is None:
            return
        width, height = min(self.width, self.height / self.aspect), min(self.height, self.width * self.aspect)
        left, low = self.center_x - width / 2, self.center_y - height / 2
        lines = [(left + width * part, low, left + width * part, low + height) for part in _THIRDS]
        lines += [(left, low + height * part, left + width, low + height * part) for part in _THIRDS]
        middle = (left, low + height / 2, left + width, low + height / 2)
        with self.canvas.after:
            for colour, thickness in ((_DARK, dp(1.6)), (_LIGHT, dp(0.7))):
                Color(*colour)
                for line in lines:
                    Line(points=line, width=thickness)
                Line(points=middle, width=thickness * 2)
