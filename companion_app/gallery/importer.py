"""Brings items from the glasses into the gallery: fetch (and go on after a drop), unseal, record, store."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from companion_app.gallery.errors import CannotOpen
from companion_app.gallery.gallery import Gallery
from companion_app.gallery.picture import Picture, commitment
from companion_app.gallery.unsealing import unseal
from companion_app.keys.owner import OwnerKey
from companion_app.ledger import Ledger
from companion_app.link.answers import Item
from companion_app.link.client import GlassesClient
from companion_app.link.errors import LinkError, LinkLost, LinkSilent, RequestTimedOut, TransferDamaged
from companion_app.link.transfers import Partial, Progress

_MAX_ATTEMPTS = 6  # sessions that may be lost during one item
_MAX_PARTIALS = 4  # unfinished items kept for later
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


class Importer:
    """One import at a time: the glasses move one transfer at a time."""

    def __init__(self, gallery: Gallery, ledger: Ledger, owner: OwnerKey, session: Session) -> None:
        self.meter = Meter()
        self._gallery = gallery
        self._ledger = ledger
        self._owner = owner
        self._session = session
        self._partials: dict[str, Partial] = {}
        self._one_at_a_time = asyncio.Lock()

    async def bring(
        self, item: Item, glasses: str, jpeg_sha256: str | None = None, progress: Progress | None = None
    ) -> Picture:
        """The item as a picture of the gallery. `jpeg_sha256` (hex): what the glasses said live that they took.

        Raises LinkError, CannotOpen, GalleryFull, LedgerWriteFailed; then nothing is stored.
        """
        async with self._one_at_a_time:
            if self._gallery.holds(item.sealed_sha256):
                return self._gallery.get_by_seal(item.sealed_sha256)
            blob = await self._fetch(item, progress)
            opened = unseal(blob, self._owner)
            if opened.item != item.id:
                raise CannotOpen("another_item")
            if jpeg_sha256 is not None and not hmac.compare_digest(opened.jpeg_sha256, jpeg_sha256):
                raise CannotOpen("another_picture")
            self._ledger.append(
                "import",
                glasses=glasses,
                item=item.id,
                commit=commitment(opened.salt, opened.jpeg_sha256),
                trigger=opened.trigger,
                light={"level": opened.light.get("level"), "verdict": opened.light.get("verdict")},
            )
            return self._gallery.add(opened, glasses=glasses, sealed_sha256=item.sealed_sha256)

    async def _fetch(self, item: Item, progress: Progress | None) -> bytes:
        partial = self._partials.setdefault(item.sealed_sha256, Partial(item))
        for attempt in range(1, _MAX_ATTEMPTS + 1):
            try:
                blob = await self._attempt(partial, progress)
            except _WORTH_ANOTHER_SESSION as error:
                if attempt == _MAX_ATTEMPTS:
                    self._forget_oldest()
                    raise
                self.meter.resumed += 0 if isinstance(error, TransferDamaged) else 1
            else:
                del self._partials[item.sealed_sha256]
                return blob
        raise LinkLost

    async def _attempt(self, partial: Partial, progress: Progress | None) -> bytes:
        """One session's part of a transfer, measured."""
        client = await self._session()
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

    def _forget_oldest(self) -> None:
        while len(self._partials) > _MAX_PARTIALS:
            del self._partials[next(iter(self._partials))]
