"""What a pair of glasses is called on the screen: as the owner named it, else by what tells it from others."""

from __future__ import annotations

from companion_app.companion import Companion
from companion_app.language import _

_SHOWN = 4


def glasses_name(companion: Companion, glasses: str) -> str:
    """Within a sentence; `glasses` is the short name of records. Where there is one pair, nobody needs its number."""
    name = companion.names.of(glasses)
    if name:
        return name
    if len(companion.all_glasses) < 2:
        return _("your glasses")
    return _("glasses {number}", number=glasses[:_SHOWN].upper())


def glasses_title(companion: Companion, glasses: str) -> str:
    """The same at the beginning of a line."""
    name = companion.names.of(glasses)
    if name:
        return name
    if len(companion.all_glasses) < 2:
        return _("Your glasses")
    return _("Glasses {number}", number=glasses[:_SHOWN].upper())
