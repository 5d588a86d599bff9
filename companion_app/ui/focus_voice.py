"""Says the control that has the keyboard: its name, what it is, and its state. Off until the wearer wants it.

Kivy shows no tree of controls to a screen reader: this and the keyboard are what we do instead
(docs/accessibility.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from companion_app.language import _, current
from companion_app.speech import Espeak, Speaker
from companion_app.speech.speaker import Voice
from companion_app.ui.widgets.choice import Choice
from companion_app.ui.widgets.field import Field, FieldInput
from companion_app.ui.widgets.navigation import NavigationItem


def espeak() -> Voice | None:
    """The installed voice in the language that is spoken now."""
    return Espeak.find(language=current().code)


class FocusVoice:
    """The newest control is said at once: what was being said of the one before is cut off."""

    def __init__(self, find: Callable[[], Voice | None] = espeak) -> None:
        self._find = find
        self._speaker: Speaker | None = None
        self._language = ""

    def say(self, widget: Any) -> None:
        """Say `widget`; nothing where there is no voice, or it has no name."""
        words = spoken(widget)
        if self._language != current().code:
            self.hush()
            voice = self._find()
            self._speaker, self._language = Speaker(voice) if voice is not None else None, current().code
        if self._speaker is not None and words:
            self._speaker.hush()
            self._speaker.say(words)

    def hush(self) -> None:
        """Silent at once."""
        if self._speaker is not None:
            self._speaker.hush()

    async def close(self) -> None:
        """Silent, and nothing of it runs any more."""
        if self._speaker is not None:
            await self._speaker.close()


def spoken(widget: Any) -> str:
    """Name, kind and state in words; empty for what has no name. Of a secret only that something stands there."""
    if isinstance(widget, NavigationItem):
        return (
            _("{name}, room, shown", name=widget.caption) if widget.chosen else _("{name}, room", name=widget.caption)
        )
    if isinstance(widget, Choice):
        name = ". ".join(part for part in (widget.title, widget.detail) if part)
        return _("{name}. Chosen", name=name) if widget.chosen else _("{name}. Not chosen", name=name)
    if isinstance(widget, FieldInput):
        return _spoken_field(widget)
    name = getattr(widget, "says", "") or getattr(widget, "caption", "")
    return _("{name}, button", name=name) if name else ""


def _spoken_field(widget: FieldInput) -> str:
    field = widget.parent
    name = field.label if isinstance(field, Field) else widget.hint_text
    if not widget.text:
        return _("{name}, to type in, empty", name=name)
    if widget.password:
        return _("{name}, to type in, filled", name=name)
    return _("{name}, to type in: {text}", name=name, text=widget.text)
