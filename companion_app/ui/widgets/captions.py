"""The words of a button with a sign before them, as Kivy's markup: set where Kivy cannot set them by itself."""

from __future__ import annotations

from kivy.core.text import Label as CoreLabel
from kivy.utils import escape_markup

from companion_app.ui.widgets.fonts import ICON_FONT, font_for, icon_glyph
from companion_app.ui.widgets.script import drawn, runs_from_the_right
from companion_app.ui.widgets.script_label import marked_up, starts_right

_ICON_AND_GAP = 2  # in font sizes


def caption_markup(caption: str, icon: str, font: str, size_px: float, width: float | None) -> str:
    """`caption` after the sign named `icon` (empty: none) in at most `width` pixels (None: one line)."""
    sign = f"[font={ICON_FONT}]{icon_glyph(icon)}[/font]" if icon else ""
    if not runs_from_the_right(caption):
        return f"{sign}  {escape_markup(caption)}" if sign else escape_markup(caption)
    room = None if width is None else max(1, width - (_ICON_AND_GAP * size_px if sign else 0))
    wide = font_for(caption, font)
    lines = (f"[font={wide}]{escape_markup(line)}[/font]" for line in marked_up(caption, font, size_px, room))
    first, *others = lines
    return "\n".join([f"{first}  {sign}" if sign else first, *others])


def caption_width(caption: str, font: str, size_px: float) -> float:
    """Pixels of the words in one line, as they are drawn."""
    label = CoreLabel(font_name=font_for(caption, font), font_size=size_px)
    return label.get_extents(drawn(caption, right_to_left=starts_right()))[0]
