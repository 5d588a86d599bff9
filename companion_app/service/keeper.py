"""Keeps the notice true from within the service's process: for as long as the app says so, and not a moment as if.

The app repeats what is live every few seconds. If it falls silent the notice says so; if it ends without a word (it
was killed, or crashed), the lasting notice goes and an ordinary one says what became of it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from companion_app.ports.errors import NoticesMissing
from companion_app.ports.notices import Notice, Notices, SystemNotices
from companion_app.service.channel import Channel
from companion_app.service.messages import Show, Shown, Stop

BEAT_S = 5.0
"""How often the app repeats itself."""
SILENT_S = 4 * BEAT_S
"""After how long without a word the notice no longer vouches for what it said."""


@dataclass
class Keeper:
    """One life of the service, from the first message to the end of the app."""

    channel: Channel
    shown_on: SystemNotices
    silent_s: float = SILENT_S
    _writes: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]], init=False)

    async def run(self) -> None:
        """Show what the app says until it ends; returns then. A system without notices is told to the app."""
        try:
            async with self.shown_on.open(self._pressed) as notices:
                await self._follow(notices)
        except NoticesMissing as error:
            await self.channel.write(Shown(error.fault))
        finally:
            await asyncio.gather(*self._writes)
            await self.channel.close()

    async def _follow(self, notices: Notices) -> None:
        """Each new thing to show, at once; the app's silence and its end, too."""
        shown: Notice | None = None
        latest: Show | None = None
        reading = asyncio.ensure_future(self.channel.read())
        try:
            while True:
                done, _ = await asyncio.wait({reading}, timeout=self.silent_s)
                message = reading.result() if done else None
                if done and not isinstance(message, Show):
                    break
                latest = message if isinstance(message, Show) else latest
                due = None if latest is None else _notice(latest, silent=not done)
                if due is not None and due != shown:
                    await notices.show(due)
                    await self.channel.write(Shown(""))
                    shown = due
                if done:
                    reading = asyncio.ensure_future(self.channel.read())
        finally:
            reading.cancel()
        if message is None and latest is not None:
            await notices.withdraw()
            await notices.show(Notice(latest.title, latest.gone, lasting=False))
        else:
            await notices.withdraw()

    def _pressed(self) -> None:
        write = asyncio.get_running_loop().create_task(self.channel.write(Stop()))
        self._writes.add(write)
        write.add_done_callback(self._writes.discard)


def _notice(show: Show, *, silent: bool) -> Notice:
    """What the app last said; while it is silent, that it is, and no button that nobody would hear."""
    if silent:
        return Notice(show.title, show.silent)
    return Notice(show.title, show.body, show.button)
