"""Whether this system is set to dark: the desktop portal's setting, or Android's night mode (never run on a phone).

`org.freedesktop.appearance color-scheme` (XDG Desktop Portal, Settings): 1 dark, 2 light, 0 no preference.
"""

from __future__ import annotations

import sys
from typing import Any

from companion_app.ports import session_bus
from companion_app.ports.system import on_android

_PORTAL, _PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
_SETTINGS, _NAMESPACE, _KEY = "org.freedesktop.portal.Settings", "org.freedesktop.appearance", "color-scheme"
_DARK = 1
_NIGHT_MASK, _NIGHT_YES = 0x30, 0x20  # android.content.res.Configuration: UI_MODE_NIGHT_MASK, UI_MODE_NIGHT_YES


async def system_is_dark() -> bool:
    """False where the system says light, nothing, or cannot be asked."""
    if on_android():
        return _android_is_dark()
    return sys.platform == "linux" and await _desktop_is_dark()


def is_dark(answer: Any) -> bool:
    """The portal's answer, wrapped in one variant or two, as versions of it differ."""
    while hasattr(answer, "value"):
        answer = answer.value
    return answer == _DARK


async def _desktop_is_dark() -> bool:
    from dbus_fast import DBusError, Message, MessageType
    from dbus_fast.aio import MessageBus

    asked = Message(_PORTAL, _PATH, _SETTINGS, "Read", signature="ss", body=[_NAMESPACE, _KEY])
    try:
        with session_bus.asking():
            bus = await MessageBus().connect()
    except (OSError, ValueError, DBusError):
        return False
    try:
        answer = await bus.call(asked)
    except (OSError, EOFError):
        return False
    finally:
        bus.disconnect()
    return answer.message_type is MessageType.METHOD_RETURN and is_dark(answer.body[0])


def _android_is_dark() -> bool:
    from companion_app.ports import android

    mode = android.context().getResources().getConfiguration().uiMode
    return mode & _NIGHT_MASK == _NIGHT_YES
