"""The fonts, by the names that widgets use. They come with KivyMD; importing this registers them."""

from __future__ import annotations

from kivy.core.text import LabelBase
from kivymd import fonts_path
from kivymd.icon_definitions import md_icons

ICON_FONT = "PlainsightIcons"
STRONG_FONT = "PlainsightStrong"
LabelBase.register(ICON_FONT, fonts_path + "materialdesignicons-webfont.ttf")
LabelBase.register(STRONG_FONT, fonts_path + "Roboto-Medium.ttf")


def icon_glyph(name: str) -> str:
    """The character of a Material icon in ICON_FONT. Raises KeyError for a name that does not exist."""
    return md_icons[name]
