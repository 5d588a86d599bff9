"""Android's run-time permissions, asked one at a time, when what needs them is wanted.

Never run on a phone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from android.permissions import (  # pyright: ignore[reportMissingModuleSource]
    check_permission,
    request_permissions,
)

from companion_app.ports.android import api_level, autoclass, context
from companion_app.ports.permissions import Permission, Standing

_ANDROID_12, _ANDROID_13 = 31, 33
_ASKED = "android.permission."
_PAGE = "android.settings.APPLICATION_DETAILS_SETTINGS"


class AndroidPermissions:
    """`Permissions` of this phone."""

    def standing(self, permission: Permission) -> Standing:
        """How it stands now; nobody is asked."""
        names = _names(permission)
        if not names:
            return Standing.NOT_NEEDED
        return Standing.GRANTED if all(check_permission(name) for name in names) else Standing.REFUSED

    async def ask(self, permission: Permission) -> Standing:
        """Have Android ask; after two refusals it answers for its owner, without a question."""
        if self.standing(permission) is Standing.REFUSED:
            loop, answered = asyncio.get_running_loop(), asyncio.Event()

            def tell(_permissions: Sequence[str], _granted: Sequence[bool]) -> None:
                loop.call_soon_threadsafe(answered.set)

            request_permissions(_names(permission), tell)
            await answered.wait()
        return self.standing(permission)

    def open_settings(self) -> bool:
        """Android's page about this app, where a refusal can be taken back."""
        intent = autoclass("android.content.Intent")(_PAGE)
        intent.setData(autoclass("android.net.Uri").fromParts("package", context().getPackageName(), None))
        context().startActivity(intent)
        return True


def _names(permission: Permission) -> list[str]:
    """Android's names for it at this API level; none where this level does not ask."""
    level = api_level()
    names = {
        # Until Android 11 finding Bluetooth devices counted as finding the place.
        Permission.RADIO: ("BLUETOOTH_SCAN", "BLUETOOTH_CONNECT")
        if level >= _ANDROID_12
        else ("ACCESS_FINE_LOCATION",),
        Permission.CAMERA: ("CAMERA",),
        Permission.NOTICES: ("POST_NOTIFICATIONS",) if level >= _ANDROID_13 else (),
        Permission.POSITION: ("ACCESS_COARSE_LOCATION",),
    }[permission]
    return [_ASKED + name for name in names]
