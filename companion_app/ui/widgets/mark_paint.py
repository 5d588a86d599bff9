"""Outlines and signs of marked places, painted as plain instructions: a page of text has hundreds of them."""

from __future__ import annotations

from functools import cache

from kivy.core.text import Label as CoreLabel
from kivy.graphics import Color, InstructionGroup, Line, Rectangle, RoundedRectangle
from kivy.graphics.texture import Texture
from kivy.metrics import dp

from companion_app.ui.widgets.fonts import ICON_FONT, icon_glyph

DRAWING = "drawing"
_SIGNS = {
    "face": "emoticon-outline",
    "text": "format-letter-case",
    "card": "credit-card-outline",
    "document": "card-account-details-outline",
    "plate": "car-outline",
    "contact": "at",
    "code": "qrcode",
    "screen": "monitor",
}
_OWN_SIGN, _SEEN_SIGN, _MISSED_SIGN = "pencil-outline", "eye-outline", "exclamation"
_SIGN_DP, _SIGN_FONT_DP = 22, 15
_WHITE, _BLACK, _RED = (1, 1, 1, 0.95), (0, 0, 0, 0.95), (0.72, 0, 0, 1)
_DASH_PX, _GAP_PX = 6, 4

Spot = tuple[float, float, float, float]  # x, y, width, height in the window


def paint(group: InstructionGroup, spot: Spot, kind: str, state: str, chosen: bool, top: float) -> None:
    """One place: black within white, which shows on any picture; dashed where it stays to be seen. `top`: where the
    picture ends in the window."""
    dashed = {} if state in ("masked", DRAWING) else {"dash_length": _DASH_PX, "dash_offset": _GAP_PX}
    group.add(Color(*_WHITE))
    group.add(Line(rectangle=spot, width=dp(3 if chosen else 1.7)))
    group.add(Color(*(_RED if state == "missed" else _BLACK)))
    group.add(Line(rectangle=spot, width=dp(1.7) if chosen else 1, **({} if chosen else dashed)))
    if chosen or min(spot[2:]) >= dp(_SIGN_DP + 4):
        _paint_sign(group, spot, sign(kind, state), state, top)


def sign(kind: str, state: str) -> str:
    """The icon that says what a place is: the words stand beside the picture."""
    if state == "missed":
        return _MISSED_SIGN
    return _SEEN_SIGN if state == "seen" else _SIGNS.get(kind, _OWN_SIGN)


def _paint_sign(group: InstructionGroup, spot: Spot, icon: str, state: str, top: float) -> None:
    side = dp(_SIGN_DP)
    x, y = spot[0] + (spot[2] - side) / 2, spot[1] + (spot[3] - side) / 2
    if state != "masked":  # what stays to be seen is not covered by its sign
        x, y = spot[0], min(spot[1] + spot[3] + dp(2), top - side)
    glyph = _glyph(icon, dp(_SIGN_FONT_DP))
    group.add(Color(*(_RED if state == "missed" else (0, 0, 0, 0.78))))
    group.add(RoundedRectangle(pos=(x, y), size=(side, side), radius=[dp(7)]))
    group.add(Color(1, 1, 1, 1))
    place = (x + (side - glyph.width) / 2, y + (side - glyph.height) / 2)
    group.add(Rectangle(texture=glyph, pos=place, size=glyph.size))


@cache
def _glyph(icon: str, size: float) -> Texture:
    label = CoreLabel(text=icon_glyph(icon), font_name=ICON_FONT, font_size=size)
    label.refresh()
    return label.texture
