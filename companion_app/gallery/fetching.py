"""Moves sealed blobs from the glasses, over as many sessions as it takes, and counts what that costs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from companion_app.link.client import GlassesClient
from companion_app.link.errors import LinkError, LinkLost, LinkSilent, RequestTimedOut, TransferDamaged
from companion_app.link.transfers import Partial, Progress

_MAX_ATTEMPTS = 6  # sessions that may be lost during one blob
_WORTH_ANOTHER_SESSION = (LinkLost, LinkSilent, RequestTimedOut, TransferDamaged)

Session = Callable[[], Awaitable[GlassesClient]]


@dataclass
class Meter:
    """Counters of the app's imports; times in seconds."""

    bytes_received: int = 0
    seconds: float = 0.0
    bytes_sent_twice: int = 0
    resumed: int = 0

    @property
    def goodput_bytes_per_s(self) -> float:
        """Sealed bytes per second of transfer."""
        return self.bytes_received / self.seconds if self.seconds else 0.0


class Fetcher:
    """Moves one blob at a time; `session` gives the open session, or waits for it where the link was lost."""

    def __init__(self, session: Session) -> None:
        self.meter = Meter()
        self.session = session

    async def fetch(self, partial: Partial, progress: Progress | None = None) -> bytes:
        """What is missing of `partial`, then the whole, its hash verified. Raises LinkError."""
        for attempt in range(1, _MAX_ATTEMPTS + 1):
            try:
                return await self._attempt(partial, progress)
            except _WORTH_ANOTHER_SESSION as error:
                if attempt == _MAX_ATTEMPTS:
                    raise
                self.meter.resumed += 0 if isinstance(error, TransferDamaged) else 1
        raise LinkLost

    async def _attempt(self, partial: Partial, progress: Progress | None) -> bytes:
        """One session's part of a transfer, measured."""
        client = await self.session()
        loop = asyncio.get_running_loop()
        begun_s, had = loop.time(), partial.offset
        try:
            return await client.fetch(partial, progress=progress)
        except LinkError:
            self.meter.bytes_sent_twice += client.unfinished_bytes
            raise
        finally:
            self.meter.seconds += loop.time() - begun_s
            self.meter.bytes_received += max(0, partial.offset - had)
