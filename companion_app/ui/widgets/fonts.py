"""The fonts, by the names that widgets use: Roboto and the icons come with KivyMD, DejaVu Sans with the app.

Importing this registers them. DejaVu Sans is drawn where Roboto has no glyph: Arabic, and signs such as arrows.
"""

from __future__ import annotations

import re
from pathlib import Path

from kivy.core.text import LabelBase
from kivymd import fonts_path
from kivymd.icon_definitions import md_icons

ICON_FONT = "PlainsightIcons"
STRONG_FONT = "PlainsightStrong"
WIDE_FONT = "PlainsightWide"  # of scripts and signs, not of letters
WIDE_STRONG_FONT = "PlainsightWideStrong"
_OWN = Path(__file__).parents[2] / "assets" / "fonts"
LabelBase.register(ICON_FONT, fonts_path + "materialdesignicons-webfont.ttf")
LabelBase.register(STRONG_FONT, fonts_path + "Roboto-Medium.ttf")
LabelBase.register(WIDE_FONT, str(_OWN / "DejaVuSans.ttf"))
LabelBase.register(WIDE_STRONG_FONT, str(_OWN / "DejaVuSans-Bold.ttf"))

_BEYOND_ROBOTO = re.compile(r"[\u0530-\u1dff\u2190-\u2211\u2213-\u2bff\ufb1d-\ufdff\ufe70-\ufeff]")


def icon_glyph(name: str) -> str:
    """The character of a Material icon in ICON_FONT. Raises KeyError for a name that does not exist."""
    return md_icons[name]


def font_for(text: str, font: str) -> str:
    """`font`, or the one of the same weight that has the signs of `text`."""
    if font == ICON_FONT or _BEYOND_ROBOTO.search(text) is None:
        return font
    return WIDE_STRONG_FONT if font == STRONG_FONT else WIDE_FONT
