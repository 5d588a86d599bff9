"""Settings of the glasses, checked here as they check them."""

from __future__ import annotations

from typing import Any

from plainsight import wire

from companion_app.control.errors import BadSetting, UnknownSetting, VoiceNeedsAnswers


def checked_changes(changes: dict[str, Any]) -> dict[str, Any]:
    """`changes` where each is a setting within its bounds. Raises UnknownSetting, BadSetting, VoiceNeedsAnswers."""
    for name, value in changes.items():
        if name == "voice":
            raise VoiceNeedsAnswers
        if name not in wire.SETTINGS:
            raise UnknownSetting(name)
        try:
            wire.check_fields({name: value}, (wire.SETTINGS[name][0],))
        except wire.BadBody as error:
            raise BadSetting(name, value) from error
    return changes
