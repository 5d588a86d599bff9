"""Notices of a Linux desktop: `org.freedesktop.Notifications` on the session bus (Desktop Notifications 1.2)."""

from __future__ import annotations

import html
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

from dbus_fast import BusType, DBusError, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from companion_app.ports import session_bus
from companion_app.ports.errors import NoticesMissing
from companion_app.ports.notices import Notice, Notices

_NAME = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_APP = "Plainsight"
_BUTTON = "stop"
_NEVER_MS, _SERVERS_CHOICE_MS = 0, -1
_CRITICAL, _NORMAL = 2, 1  # "urgency": servers keep critical ones on the screen
_MATCH = f"type='signal',interface='{_NAME}',path='{_PATH}'"


class FreedesktopNotices:
    """`SystemNotices` of this desktop."""

    @asynccontextmanager
    async def open(self, pressed: Callable[[], None]) -> AsyncGenerator[Notices]:
        """Connect to the session bus for the block. Raises NoticesMissing."""
        bus = await _connected()
        try:
            shown = _Shown(bus, pressed, await _capabilities(bus))
            bus.add_message_handler(shown.hear)
            await _call(bus, "AddMatch", "s", [_MATCH], name="org.freedesktop.DBus", path="/org/freedesktop/DBus")
            yield shown
        finally:
            bus.disconnect()


class _Shown:
    """The notice on the screen, by the number that the server gave it; 0 while there is none."""

    def __init__(self, bus: MessageBus, pressed: Callable[[], None], capabilities: frozenset[str]) -> None:
        self._bus = bus
        self._pressed = pressed
        self._capabilities = capabilities
        self._number = 0

    async def show(self, notice: Notice) -> None:
        """Show it in place of the one before. Raises NoticesMissing."""
        buttons = [_BUTTON, notice.button] if notice.button and "actions" in self._capabilities else []
        body = html.escape(notice.body, quote=False) if "body-markup" in self._capabilities else notice.body
        hints = {
            "urgency": Variant("y", _CRITICAL if notice.lasting else _NORMAL),
            "resident": Variant("b", notice.lasting),  # pressing the button does not take it away
        }
        lasts_ms = _NEVER_MS if notice.lasting else _SERVERS_CHOICE_MS
        values = [_APP, self._number, "", notice.title, body, buttons, hints, lasts_ms]
        (self._number,) = await _call(self._bus, "Notify", "susssasa{sv}i", values)

    async def withdraw(self) -> None:
        """Take back what is shown, if anything is. Raises NoticesMissing."""
        number, self._number = self._number, 0
        if number:
            await _call(self._bus, "CloseNotification", "u", [number])

    def hear(self, message: Message) -> None:
        """What the server tells of this notice; that of other programs comes by, too."""
        if message.message_type is not MessageType.SIGNAL or message.interface != _NAME:
            return
        number, *rest = message.body or [0]
        if number != self._number or not number:
            return
        if message.member == "ActionInvoked" and rest == [_BUTTON]:
            self._pressed()
        elif message.member == "NotificationClosed":
            self._number = 0


async def _connected() -> MessageBus:
    try:
        with session_bus.asking():
            return await MessageBus(bus_type=BusType.SESSION).connect()
    except (OSError, ValueError, DBusError) as error:
        raise NoticesMissing(f"the session bus: {error}") from error


async def _capabilities(bus: MessageBus) -> frozenset[str]:
    (names,) = await _call(bus, "GetCapabilities", "", [])
    return frozenset(names)


async def _call(
    bus: MessageBus, member: str, signature: str, values: list[Any], *, name: str = _NAME, path: str = _PATH
) -> list[Any]:
    """What a method of the server, or of `name`, returned. Raises NoticesMissing."""
    asked = Message(destination=name, path=path, interface=name, member=member, signature=signature, body=values)
    try:
        answer = await bus.call(asked)
    except (OSError, EOFError) as error:
        raise NoticesMissing(f"{member}: {error}") from error
    if answer.message_type is MessageType.ERROR:
        raise NoticesMissing(f"{member}: {answer.error_name}")
    return answer.body
