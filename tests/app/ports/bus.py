"""A real session bus of its own, and on it a stand-in of the desktop that shows notices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from tests.app.waiting import until

NOTICES = "org.freedesktop.Notifications"
NOTICES_PATH = "/org/freedesktop/Notifications"

# Nothing on this bus is started by a name: what a test did not put there is not there.
_CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


@asynccontextmanager
async def session_bus(folder: Path) -> AsyncIterator[str]:
    """A dbus-daemon whose socket and configuration lie in `folder`; yields its address."""
    configuration = folder / "bus.conf"
    configuration.write_text(_CONFIGURATION.format(socket=folder / "bus"))
    daemon = await asyncio.create_subprocess_exec(
        "dbus-daemon", f"--config-file={configuration}", "--nofork", "--print-address", stdout=asyncio.subprocess.PIPE
    )
    assert daemon.stdout is not None
    try:
        yield (await daemon.stdout.readline()).decode().strip()
    finally:
        daemon.terminate()
        await daemon.communicate()


class Desktop:
    """Shows notices as Desktop Notifications 1.2 says: `notices` are those on the screen, by their number."""

    def __init__(self, bus: MessageBus, capabilities: tuple[str, ...]) -> None:
        self.notices: dict[int, dict[str, Any]] = {}
        self.shown: list[dict[str, Any]] = []
        self._bus = bus
        self._capabilities = capabilities
        self._last = 0

    async def has(self, wanted: str) -> int:
        """The number of the newest notice with `wanted` in its body, once there is one."""
        found: list[int] = []

        def look() -> list[int]:
            found.extend(number for number, notice in self.notices.items() if wanted in notice["body"])
            return found

        await until(look)
        return max(found)

    async def has_none(self) -> None:
        """Return once the screen is empty."""
        await until(lambda: not self.notices)

    async def press(self, number: int) -> None:
        """Touch the button of a notice."""
        await self._signal("ActionInvoked", "us", [number, "stop"])

    async def dismiss(self, number: int) -> None:
        """Wipe a notice away, as its reader may."""
        del self.notices[number]
        await self._signal("NotificationClosed", "uu", [number, 2])

    def answer(self, message: Message) -> Message | None:
        """What the desktop answers to a program's call."""
        if message.message_type is not MessageType.METHOD_CALL or message.interface != NOTICES:
            return None
        if message.member == "GetCapabilities":
            return Message.new_method_return(message, "as", [list(self._capabilities)])
        if message.member == "Notify":
            return Message.new_method_return(message, "u", [self._notify(*message.body)])
        if message.member == "CloseNotification":
            self.notices.pop(message.body[0], None)
            return Message.new_method_return(message)
        return None

    def _notify(self, app: str, replaces: int, icon: str, title: str, body: str, actions: list[str], *rest: Any) -> int:
        number = replaces or self._last + 1
        self._last = max(self._last, number)
        hints, lasts_ms = rest
        notice = {"app": app, "title": title, "body": body, "actions": actions, "lasts_ms": lasts_ms}
        self.notices[number] = notice | {"urgency": hints["urgency"].value, "resident": hints["resident"].value}
        self.shown.append(self.notices[number])
        return number

    async def _signal(self, member: str, signature: str, body: list[Any]) -> None:
        await self._bus.send(Message.new_signal(NOTICES_PATH, NOTICES, member, signature, body))


@asynccontextmanager
async def desktop(address: str, capabilities: tuple[str, ...] = ("actions", "body")) -> AsyncIterator[Desktop]:
    """A desktop on the bus at `address`."""
    bus = await MessageBus(bus_address=address).connect()
    shown = Desktop(bus, capabilities)
    bus.add_message_handler(shown.answer)
    await bus.request_name(NOTICES)
    try:
        yield shown
    finally:
        bus.disconnect()
