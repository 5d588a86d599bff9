"""The app's side of the notice: tells the service what is live for as long as anything is, and hears its button."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress

from companion_app.background import Background
from companion_app.errors import AppError
from companion_app.observers import Observers
from companion_app.ports.errors import NoticesMissing
from companion_app.ports.system import on_android
from companion_app.service.channel import Channel
from companion_app.service.keeper import BEAT_S
from companion_app.service.messages import End, Show, Shown, Stop
from companion_app.service.starting import service
from companion_app.service.watching import LiveThing, Watching
from companion_app.service.words import show_words

Start = Callable[[], AbstractAsyncContextManager[Channel]]


class LiveNotice:
    """`fault` is "" while nothing speaks against the notice, else why what is live cannot be shown outside the window.

    `idle_too`: also while connected with nothing live, as Android's foreground service needs it.
    """

    def __init__(
        self,
        watching: Watching,
        on_problem: Callable[[AppError], None],
        *,
        start: Start = service,
        beat_s: float = BEAT_S,
        idle_too: bool | None = None,
    ) -> None:
        self.fault = ""
        self.shown = False
        self._watching = watching
        self._start = start
        self._beat_s = beat_s
        self._idle_too = on_android() if idle_too is None else idle_too
        self._changed = asyncio.Event()
        self._observers: Observers[LiveNotice] = Observers()
        self._background = Background(on_problem)
        self._end = watching.observe(self._note)
        self._closing = False
        self._keeping = self._background.start(self._keep())
        if watching.things:
            self._changed.set()

    def observe(self, callback: Callable[[LiveNotice], None]) -> Callable[[], None]:
        """Call back when `shown` or `fault` changed; returns the function that ends it."""
        return self._observers.add(callback)

    async def close(self) -> None:
        """Take the notice back and end the service, which is waited for: a cancelled end would leave a process."""
        self._end()
        self._watching.close()
        self._closing = True
        self._changed.set()
        await self._keeping
        await self._background.close()

    def _note(self, _things: tuple[LiveThing, ...]) -> None:
        self._changed.set()

    def _due(self) -> Show | None:
        if self._closing:
            return None
        things = self._watching.things
        return show_words(things) if things or (self._idle_too and self._watching.connected) else None

    async def _keep(self) -> None:
        while not self._closing:
            await self._changed.wait()
            self._changed.clear()
            if self._due() is None:
                continue
            try:
                async with self._start() as channel:
                    await self._tell(channel)
            except NoticesMissing as error:
                self._say(shown=False, fault=error.fault)

    async def _tell(self, channel: Channel) -> None:
        """Say what is live at every change and every few seconds, until nothing is or the service is gone."""
        hearing = asyncio.ensure_future(self._hear(channel))
        try:
            while (due := self._due()) is not None and not hearing.done():
                await channel.write(due)
                await self._change_or_beat(hearing)
        finally:
            # In whatever way this ends, cancelled too: a notice is not left behind as if the app had been killed.
            await channel.write(End())
            hearing.cancel()
            with suppress(asyncio.CancelledError):
                await hearing
            lost = "" if self._due() is None else self.fault or "the process that shows it has ended"
            self._say(shown=False, fault=lost)

    async def _change_or_beat(self, hearing: asyncio.Future[None]) -> None:
        change = asyncio.ensure_future(self._changed.wait())
        try:
            await asyncio.wait({change, hearing}, timeout=self._beat_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            change.cancel()
        self._changed.clear()

    async def _hear(self, channel: Channel) -> None:
        """What the service says, until it is gone."""
        while (message := await channel.read()) is not None:
            if isinstance(message, Stop):
                self._background.start(self._watching.stop())
            elif isinstance(message, Shown):
                self._say(shown=not message.fault, fault=message.fault)

    def _say(self, *, shown: bool, fault: str) -> None:
        if (shown, fault) != (self.shown, self.fault):
            self.shown, self.fault = shown, fault
            self._observers.notify(self)
