"""How the user wants the app to look. Plain data: no Kivy."""

from __future__ import annotations

from dataclasses import dataclass

MIN_FONT_SCALE = 0.8
MAX_FONT_SCALE = 2.0


@dataclass(frozen=True)
class Appearance:
    """Scheme and text size; `font_scale` outside its bounds is brought to the nearest one by the window."""

    dark: bool = False
    high_contrast: bool = False
    font_scale: float = 1.0
