"""Android's notices, shown by the foreground service in its own process; never run on a phone.

python-for-android puts up a first notice when the service starts, under the service's number: ours takes its place.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from android.broadcast import BroadcastReceiver  # pyright: ignore[reportMissingModuleSource]

from companion_app.ports.android import JavaException, autoclass, jnius, service
from companion_app.ports.errors import NoticesMissing
from companion_app.ports.notices import Notice, Notices

_SERVICE_NUMBER = 1  # python-for-android counts the services of buildozer.spec from one
_FAREWELL_NUMBER = 2
_CHANNEL = "live"
_CHANNEL_NAME = "Plainsight"
_IMPORTANCE_LOW = 2  # shown, without a sound
_CONNECTED_DEVICE = 0x10  # ServiceInfo.FOREGROUND_SERVICE_TYPE_CONNECTED_DEVICE
_REMOVE = 1  # Service.STOP_FOREGROUND_REMOVE
_STOP = "org.plainsight.plainsight.STOP"
_IMMUTABLE = 0x04000000  # PendingIntent.FLAG_IMMUTABLE
_NO_ICON = 0


class AndroidNotices:
    """`SystemNotices` of this phone, in the process of the service."""

    @asynccontextmanager
    async def open(self, pressed: Callable[[], None]) -> AsyncGenerator[Notices]:
        """Take over the service's notice for the block, and end the service after it. Raises NoticesMissing."""
        loop = asyncio.get_running_loop()
        receiver = BroadcastReceiver(lambda _context, _intent: loop.call_soon_threadsafe(pressed), actions=[_STOP])
        here = service()
        try:
            channel = autoclass("android.app.NotificationChannel")(_CHANNEL, _CHANNEL_NAME, _IMPORTANCE_LOW)
            here.getSystemService("notification").createNotificationChannel(channel)
            receiver.start()
            yield _Shown(here)
        except JavaException as error:
            raise NoticesMissing(error.classname) from error
        finally:
            receiver.stop()
            here.stopForeground(_REMOVE)
            here.stopSelf()


class _Shown:
    def __init__(self, here: jnius.Service) -> None:
        self._service = here

    async def show(self, notice: Notice) -> None:
        """As the service's own notice; one that does not last is an ordinary one, which outlives the service."""
        built = self._built(notice)
        if notice.lasting:
            self._service.startForeground(_SERVICE_NUMBER, built, _CONNECTED_DEVICE)
        else:
            self._service.stopForeground(_REMOVE)
            self._service.getSystemService("notification").notify(_FAREWELL_NUMBER, built)

    async def withdraw(self) -> None:
        """Take the service's notice away."""
        self._service.stopForeground(_REMOVE)

    def _built(self, notice: Notice) -> jnius.Notification:
        builder = autoclass("android.app.Notification$Builder")(self._service, _CHANNEL)
        builder.setSmallIcon(self._service.getApplicationInfo().icon)
        builder.setContentTitle(notice.title)
        builder.setContentText(notice.body)
        builder.setOngoing(notice.lasting)
        builder.setOnlyAlertOnce(True)
        if notice.button:
            intent = autoclass("android.content.Intent")(_STOP).setPackage(self._service.getPackageName())
            pressed = autoclass("android.app.PendingIntent").getBroadcast(self._service, 0, intent, _IMMUTABLE)
            builder.addAction(_NO_ICON, notice.button, pressed)
        return builder.build()
