"""Words and icons as textures that many tiles share: drawing the same text again for each of them would cost frames."""

from __future__ import annotations

from functools import lru_cache

from kivy.core.text.markup import MarkupLabel
from kivy.graphics.texture import Texture

from companion_app.ui.widgets.fonts import ICON_FONT, STRONG_FONT, icon_glyph

_MOST = 256


def sign_markup(*icons: str, words: str = "") -> str:
    """Icons by name, then words, as `sign_texture` takes them; words of others do not belong here."""
    signs = "".join(icon_glyph(icon) for icon in icons)
    return " ".join(part for part in (f"[font={ICON_FONT}]{signs}[/font]" if signs else "", words) if part)


@lru_cache(_MOST)
def sign_texture(markup: str, font_px: int) -> Texture | None:
    """The text in white; None for an empty one. Needs a window."""
    if not markup:
        return None
    label = MarkupLabel(text=markup, font_name=STRONG_FONT, font_size=font_px, color=(1, 1, 1, 1))
    label.refresh()
    return label.texture
