"""What a person can ask of connected glasses besides pictures: each asks, and records what the phone should know."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any

from plainsight import wire

from companion_app.control.errors import ReleaseTooLarge
from companion_app.control.settings import checked_changes
from companion_app.ledger import Ledger
from companion_app.link.answers import Crash, Item, Status
from companion_app.link.client import GlassesClient
from companion_app.link.events import (
    CardChanged,
    KeywordChanged,
    LiveEnded,
    Marked,
    PowerChanged,
    RecordingChanged,
    StopSaid,
    UpdateChanged,
)
from companion_app.link.live import LiveView
from companion_app.link.transfers import Progress
from companion_app.observers import Observers

Notice = Marked | KeywordChanged | StopSaid | PowerChanged | CardChanged | UpdateChanged | LiveEnded


class Acts(ABC):
    """A part of the companion. Every act raises NotConnected, GlassesRefused, LinkError."""

    ledger: Ledger

    def __init__(self) -> None:
        self._held_settings: dict[str, Any] = {}
        self._recordings: Observers[RecordingChanged] = Observers()
        self._notices: Observers[Notice] = Observers()
        self._looks: Observers[bool] = Observers()
        self._listens: Observers[bool] = Observers()

    @property
    @abstractmethod
    def glasses(self) -> GlassesClient:
        """The open session. Raises NotConnected."""

    @property
    @abstractmethod
    def glasses_id(self) -> str:
        """The short name of the paired glasses in records. Raises NotPaired."""

    async def items(self) -> list[Item]:
        """What lies on the glasses, oldest first: as much as may be known without the key."""
        return await self.glasses.items()

    async def timelapse(self, every_s: int, frames: int) -> None:
        """Begin to take photographs at an interval; they come when the phone is there."""
        await self.glasses.timelapse(every_s, frames)

    @asynccontextmanager
    async def live_frames(self, seconds: int, size: str = "vga") -> AsyncGenerator[LiveView]:
        """Look through the glasses for so many seconds at most, both ends on record. Raises LedgerWriteFailed, too."""
        async with self.glasses.live(seconds, size) as view:
            begun = view.begun
            self.ledger.append(
                "live",
                glasses=self.glasses_id,
                state="begun",
                record=begun.record,
                seconds=seconds,
                size=size,
                level=begun.level,
            )
            self._looks.notify(True)
            try:
                yield view
            finally:
                self._looks.notify(False)
                end = await view.stop()
                self.ledger.append("live", glasses=self.glasses_id, state="ended", **asdict(end))

    async def stop(self) -> str:
        """End a clip, a time-lapse or a live session; returns which it was, or `nothing`."""
        return await self.glasses.stop()

    async def mark(self) -> int:
        """Put a mark into the journal of the glasses; returns the number of its record."""
        return await self.glasses.mark()

    async def status(self) -> Status:
        """How the glasses are."""
        return await self.glasses.status()

    async def crashes(self, *, forget: bool = False) -> list[Crash]:
        """The last crashes of the glasses; with `forget` they forget them."""
        return await self.glasses.crashes(forget=forget)

    async def power(self, state: str) -> str:
        """Change the power state: `listening`, `connectable` or `shelf`; returns the one that now holds."""
        return await self.glasses.power(state)

    async def adopt_card(self) -> str:
        """Take a foreign SD card into use; returns the state of the card."""
        card = await self.glasses.adopt_card()
        self.ledger.append("card", glasses=self.glasses_id, card=card)
        return card

    @property
    def settings(self) -> dict[str, Any]:
        """What the glasses last said of their settings; empty before they said anything."""
        return dict(self._held_settings)

    async def change_settings(self, **changes: Any) -> dict[str, Any]:
        """Change settings; returns all that now hold. Raises UnknownSetting, BadSetting, VoiceNeedsAnswers."""
        held = await self.glasses.settings(**checked_changes(changes))
        self._held_settings = held
        if changes:
            self.ledger.append("settings", glasses=self.glasses_id, changes=changes)
        return dict(held)

    async def update(self, release: bytes, progress: Progress | None = None) -> str:
        """Send a release and have the glasses verify and install it; returns its version. Raises ReleaseTooLarge."""
        if not 1 <= len(release) <= wire.MAX_UPDATE_BYTES:
            raise ReleaseTooLarge(len(release), wire.MAX_UPDATE_BYTES)
        sha256 = await self.glasses.update(release, progress=progress)
        version = await self.glasses.install(sha256)
        self.ledger.append("update", glasses=self.glasses_id, version=version, sha256=sha256)
        return version

    def on_recording(self, callback: Callable[[RecordingChanged], None]) -> Callable[[], None]:
        """Call back when a clip or a time-lapse begins or ends, whoever asked for it."""
        return self._recordings.add(callback)

    def on_look(self, callback: Callable[[bool], None]) -> Callable[[], None]:
        """Call back with True when this phone begins to look through the glasses, and with False when that is over."""
        return self._looks.add(callback)

    def on_listen(self, callback: Callable[[bool], None]) -> Callable[[], None]:
        """Call back with True when sound of a spoken question begins to come, and with False when that is over."""
        return self._listens.add(callback)

    def on_notice(self, callback: Callable[[Notice], None]) -> Callable[[], None]:
        """Call back when the glasses tell of a mark, their power, their card or an update."""
        return self._notices.add(callback)
