"""How the glasses are, how good the link is, and who else may watch: asked when they connect, and now and then."""

from __future__ import annotations

import time
from collections.abc import Callable

from companion_app.companion import Companion
from companion_app.errors import AppError
from companion_app.link.answers import Phone, Status
from companion_app.link.connection import ConnectionState
from companion_app.ui.view_models.live_room.microphone import MicrophoneModel
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.words.live_room import battery_words, level_words, link_words, watching_words

_STALE_S = 30.0


class StandingModel(Observable):
    """`status` and `others` are None before the glasses answered, and again once they are gone."""

    def __init__(
        self, companion: Companion, microphone: MicrophoneModel, steady_s: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._companion = companion
        self._steady_s = steady_s
        self._asked_s: float | None = None
        self._microphone = microphone
        self._asking = False
        self.status: Status | None = None
        self.others: tuple[Phone, ...] | None = None

    @property
    def battery(self) -> str:
        """How full, in words; empty before they said so."""
        return battery_words(self.status) if self.status is not None else ""

    @property
    def level(self) -> str:
        """Which proof of light these glasses can give."""
        hello = self._companion.hello
        return level_words(hello.level) if hello is not None and self._connected else ""

    @property
    def link(self) -> str:
        """How good the link is, measured by what came over it."""
        if not self._connected:
            return ""
        return link_words(self._companion.link_info()["goodput_bytes_per_s"])

    @property
    def watching(self) -> str:
        """Who else may look through the glasses, and that they cannot now."""
        return watching_words([phone.name for phone in self.others]) if self.others is not None else ""

    @property
    def is_due(self) -> bool:
        """True where the glasses are there and were not asked for a while."""
        stale = self._asked_s is None or self._steady_s() - self._asked_s >= _STALE_S
        return self._connected and stale and not self._asking

    async def ask(self) -> None:
        """Ask the glasses anew; where they do not answer, the one connection state says why."""
        if self._asking or not self._connected:
            return
        self._asking, self._asked_s = True, self._steady_s()
        try:
            self.status = await self._companion.status()
            self._microphone.learn(self.status.keyword, self.status.words)
            if self.others is None:
                self.others = tuple(phone for phone in await self._companion.phones() if not phone.current)
        except AppError:
            self.status = None
        finally:
            self._asking = False
            self.changed()

    def forget(self) -> None:
        """They are gone: nothing that they said holds any more."""
        if self._asked_s is None and not self._microphone.state:
            return
        self.status = self.others = self._asked_s = None
        self._microphone.learn(None, None)
        self.changed()

    @property
    def _connected(self) -> bool:
        return self._companion.connection.state is ConnectionState.CONNECTED
