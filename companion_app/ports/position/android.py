"""Android's last known place, from what other apps and the system asked for: no receiver is switched on for it.

Never run on a phone.
"""

from __future__ import annotations

import asyncio

from companion_app.ports.android import JavaException, context
from companion_app.ports.position import Fix

_SERVICE = "location"  # Context.LOCATION_SERVICE
_MS_PER_S = 1000


class AndroidPosition:
    """`Position` of this phone."""

    async def where(self) -> Fix | None:
        """The newest place that any provider knows; None without one, or without the permission."""
        return await asyncio.to_thread(_newest)


def _newest() -> Fix | None:
    manager = context().getSystemService(_SERVICE)
    try:
        known = [manager.getLastKnownLocation(provider) for provider in manager.getProviders(True).toArray()]
    except JavaException as error:
        if error.classname == "java.lang.SecurityException":
            return None  # the permission is missing, and a place is never needed
        raise
    fixes = [
        Fix(at.getLatitude(), at.getLongitude(), at.getAccuracy(), at.getTime() / _MS_PER_S)
        for at in known
        if at is not None
    ]
    return max(fixes, key=lambda fix: fix.time_s, default=None)
