"""How the app looks at the moment: scheme and text size, applied to KivyMD's theme and read by every widget."""

from __future__ import annotations

from typing import Any

from kivy.event import EventDispatcher
from kivy.properties import BooleanProperty, BoundedNumericProperty, ColorProperty
from kivy.utils import get_color_from_hex

from companion_app.ui.theme.appearance import MAX_FONT_SCALE, MIN_FONT_SCALE, Appearance
from companion_app.ui.theme.tones import KINDS, tones

_PALETTE = "Teal"

# Text sizes in sp by role, after Material 3's type scale.
TEXT_SP = {"headline": 26, "title": 19, "body": 16, "label": 16, "small": 14, "sign": 13}


class Look(EventDispatcher):
    """Scheme and text size; `good_fill`, `good_ink`, `good_line` and so on hold the tone of each kind."""

    dark = BooleanProperty(False)
    high_contrast = BooleanProperty(False)
    font_scale = BoundedNumericProperty(1.0, min=MIN_FONT_SCALE, max=MAX_FONT_SCALE)

    good_fill, good_ink, good_line = ColorProperty(), ColorProperty(), ColorProperty()
    control_fill, chosen_fill = ColorProperty(), ColorProperty()
    caution_fill, caution_ink, caution_line = ColorProperty(), ColorProperty(), ColorProperty()
    problem_fill, problem_ink, problem_line = ColorProperty(), ColorProperty(), ColorProperty()
    notice_fill, notice_ink, notice_line = ColorProperty(), ColorProperty(), ColorProperty()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(
            dark=appearance.dark,
            high_contrast=appearance.high_contrast,
            font_scale=min(max(appearance.font_scale, MIN_FONT_SCALE), MAX_FONT_SCALE),
        )
        self._theme: Any = None
        self.bind(dark=self._apply, high_contrast=self._apply)
        self._apply()

    def wear(self, appearance: Appearance) -> None:
        """Look otherwise from now on."""
        self.dark, self.high_contrast = appearance.dark, appearance.high_contrast
        self.font_scale = min(max(appearance.font_scale, MIN_FONT_SCALE), MAX_FONT_SCALE)

    def dress(self, theme: Any) -> None:
        """Keep `theme` (KivyMD's ThemeManager) in this look from now on."""
        self._theme = theme
        theme.theme_style_switch_animation = False
        theme.primary_palette = _PALETTE
        theme.on_colors = self._take_colours
        self._apply()

    def _apply(self, *_: object) -> None:
        for kind, tone in tones(dark=self.dark, high_contrast=self.high_contrast).items():
            for part in ("fill", "ink", "line"):
                setattr(self, f"{kind}_{part}", get_color_from_hex(getattr(tone, part)))
        if self._theme is not None:
            self._theme.theme_style = "Dark" if self.dark else "Light"
            self._theme.dynamic_scheme_contrast = 1.0 if self.high_contrast else 0.0

    def _take_colours(self) -> None:
        """KivyMD has computed its scheme: take over what our own controls need of it."""
        self.control_fill = self._theme.surfaceContainerHighestColor if self.dark else [1, 1, 1, 1]
        self.chosen_fill = self.control_fill if self.high_contrast else self._theme.secondaryContainerColor

    def tone(self, kind: str) -> tuple[Any, Any, Any]:
        """Fill, ink and line of one of the KINDS."""
        if kind not in KINDS:
            raise KeyError(kind)
        return getattr(self, f"{kind}_fill"), getattr(self, f"{kind}_ink"), getattr(self, f"{kind}_line")
