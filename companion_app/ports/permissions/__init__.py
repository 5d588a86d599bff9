"""What the system must be asked for before the app may use it; each is optional but the one for the radio."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from companion_app.ports.system import on_android


class Permission(Enum):
    """What the app may ask its owner's system for."""

    RADIO = "radio"
    """Finding the glasses and talking to them over Bluetooth: without it nothing works, and the app says so."""
    CAMERA = "camera"
    """Reading the setup code: it can be typed instead."""
    NOTICES = "notices"
    """Showing what is live outside the window."""
    POSITION = "position"
    """Finding pictures by place, only where the wearer switched that on."""


class Standing(Enum):
    """How a permission stands."""

    GRANTED = "granted"
    NOT_NEEDED = "not_needed"
    """This system does not ask, or answers each time by itself."""
    REFUSED = "refused"
    """Not given, or not yet asked: `ask` may still lead to a question."""


class Permissions(Protocol):
    """The system's permissions."""

    def standing(self, permission: Permission) -> Standing:
        """How it stands now; nobody is asked."""
        ...

    async def ask(self, permission: Permission) -> Standing:
        """Have the system ask its owner, where it still does, and return how it stands then."""
        ...

    def open_settings(self) -> bool:
        """Show the system's page about this app's permissions; False where there is none."""
        ...


class NoPermissions:
    """`Permissions` of a desktop, where programs are not asked about."""

    def standing(self, permission: Permission) -> Standing:
        """Not needed, whichever it is."""
        del permission
        return Standing.NOT_NEEDED

    async def ask(self, permission: Permission) -> Standing:
        """Not needed, whichever it is."""
        return self.standing(permission)

    def open_settings(self) -> bool:
        """False: there is no such page."""
        return False


def system_permissions() -> Permissions:
    """The permissions of this system."""
    if on_android():
        from companion_app.ports.permissions.android import AndroidPermissions

        return AndroidPermissions()
    return NoPermissions()
