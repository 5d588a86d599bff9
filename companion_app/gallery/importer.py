"""Brings items from the glasses into the gallery: fetch (and go on after a drop), unseal, record, store, confirm.

The glasses move one transfer at a time. While the next item is on the air, the one before is opened, stored, confirmed.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Callable
from dataclasses import replace
from weakref import WeakValueDictionary

from companion_app.gallery.errors import CannotOpen
from companion_app.gallery.fetching import Fetcher, Session
from companion_app.gallery.gallery import Gallery
from companion_app.gallery.partials import Partials
from companion_app.gallery.picture import Picture, commitment
from companion_app.gallery.unsealing import Unsealed, unseal
from companion_app.gallery.waiting import WaitingThumbs
from companion_app.keys.owner import OwnerKey
from companion_app.ledger import Ledger
from companion_app.link.answers import Item
from companion_app.link.errors import GlassesRefused, LinkError
from companion_app.link.transfers import Partial, Progress
from companion_app.vault import SealedFiles

_log = logging.getLogger(__name__)


class Importer:
    """Each item comes once, however many ask for it. `arriving` keeps what is under way; `check_space(bytes)` raises
    NoSpaceLeft where an item of this size would leave too little room."""

    def __init__(
        self,
        gallery: Gallery,
        ledger: Ledger,
        owner: OwnerKey,
        session: Session,
        arriving: SealedFiles,
        check_space: Callable[[int], None],
    ) -> None:
        self._gallery = gallery
        self._ledger = ledger
        self._owner = owner
        self._fetcher = Fetcher(session)
        self._check_space = check_space
        self._partials = Partials(arriving)
        self.waiting = WaitingThumbs(arriving)
        self.meter = self._fetcher.meter
        self._confirmed: set[str] = set()
        self._transfer = asyncio.Lock()
        self._items: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def bring(
        self, item: Item, glasses: str, media_sha256: str | None = None, progress: Progress | None = None
    ) -> Picture:
        """The item as a picture of the gallery. `media_sha256` (hex): what the glasses said live that they took.

        The glasses are told at once; where that fails, at the next round. Raises LinkError, CannotOpen, GalleryFull,
        NoSpaceLeft, LedgerWriteFailed; then nothing is stored.
        """
        async with self._items.setdefault(item.sealed_sha256, asyncio.Lock()):
            if self._gallery.holds(item.sealed_sha256):
                return self._gallery.get_by_seal(item.sealed_sha256)
            self._check_space(item.sealed_bytes)
            opened = await self._open(item, media_sha256, progress)
            self._ledger.append(
                "import",
                glasses=glasses,
                item=item.id,
                commit=commitment(opened.salt, opened.media_sha256),
                trigger=opened.trigger,
                light={"level": opened.light.get("level"), "verdict": opened.light.get("verdict")},
            )
            picture = self._gallery.add(
                opened, glasses=glasses, sealed_sha256=item.sealed_sha256, thumb=self.waiting.read(item.sealed_sha256)
            )
            self.forget(item.sealed_sha256)
            try:
                await self.confirm(item, glasses)
            except LinkError as error:
                _log.info("the glasses were not told of item %d: %r", item.id, error)
            return picture

    async def glimpse(self, item: Item) -> None:
        """The thumbnail of an item that waits. Raises LinkError, CannotOpen, GalleryFull."""
        async with self._transfer:
            if self.waiting.has(item.sealed_sha256) or self._gallery.holds(item.sealed_sha256):
                return
            blob = await self._fetcher.fetch(Partial.thumb(item))
        opened = unseal(blob, self._owner)
        if (opened.item, opened.kind) != (item.id, "thumb"):
            raise CannotOpen("another_item")
        self.waiting.add(item.sealed_sha256, opened.jpeg)

    async def confirm(self, item: Item, glasses: str) -> None:
        """Tell the glasses, once, that this item is held and was opened; record what they did. Raises LinkError."""
        if item.sealed_sha256 in self._confirmed:
            return
        client = await self._fetcher.session()
        erased = await client.imported(item.id, item.sealed_sha256)
        self._ledger.append("imported", glasses=glasses, item=item.id, erased=erased)
        self._confirmed.add(item.sealed_sha256)

    def came(self, item: Item) -> int:
        """How many bytes of it are here from before."""
        return self._partials.came(item.sealed_sha256)

    def forget(self, sealed_sha256: str) -> None:
        """Drop what is kept of an item that is on its way."""
        self._partials.drop(sealed_sha256)
        self.waiting.drop(sealed_sha256)

    async def _open(self, item: Item, media_sha256: str | None, progress: Progress | None) -> Unsealed:
        """Fetch and unseal; what was sealed must be what was listed and told."""
        try:
            async with self._transfer:
                blob = await self._fetcher.fetch(self._partials.of(item), progress)
        except GlassesRefused as refused:
            if refused.code == "unknown_item":
                self.forget(item.sealed_sha256)
            raise
        opened = await asyncio.to_thread(unseal, blob, self._owner, cut=not item.whole)
        if (opened.item, opened.kind) != (item.id, item.kind):
            raise CannotOpen("another_item")
        if media_sha256 is not None and not hmac.compare_digest(opened.media_sha256, media_sha256):
            raise CannotOpen("another_picture")
        return opened if opened.whole else replace(opened, light=item.light)
