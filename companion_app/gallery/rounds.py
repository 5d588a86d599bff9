"""One round of imports: thumbnails first, then the items, oldest first; one that fails does not stop the others.

While one item is opened and confirmed the next is already on the air.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from companion_app.errors import AppError
from companion_app.gallery.errors import CannotOpen, ItemNotImported
from companion_app.gallery.gallery import Gallery
from companion_app.gallery.import_state import Imports
from companion_app.gallery.importer import Importer
from companion_app.gallery.picture import Picture
from companion_app.link.answers import Item
from companion_app.link.errors import AnswerMalformed, GlassesRefused, TransferDamaged

_Result = TypeVar("_Result")
ItemProgress = Callable[[int, int, int], None]  # item id, bytes so far, bytes in all

_AT_ONCE = 2  # one is being fetched, one is being kept
_OF_ONE_ITEM = (GlassesRefused, CannotOpen, TransferDamaged, AnswerMalformed)


class Round:
    """What is done with the items that the glasses list; `on_problem` hears of each that stays there."""

    def __init__(
        self,
        importer: Importer,
        gallery: Gallery,
        glasses: str,
        imports: Imports,
        on_problem: Callable[[AppError], None],
    ) -> None:
        self._importer = importer
        self._gallery = gallery
        self._glasses = glasses
        self._imports = imports
        self._on_problem = on_problem

    async def run(self, items: Sequence[Item], progress: ItemProgress | None = None) -> list[Picture]:
        """Import what the gallery does not hold. Raises LinkError where the link is gone, GalleryFull, NoSpaceLeft,
        LedgerWriteFailed: what fails for all."""
        self._imports.looking()
        try:
            brought = await self._run(items, progress)
        except asyncio.CancelledError:
            self._imports.given_up()
            raise
        except AppError as error:
            self._imports.ended(error)
            raise
        self._imports.ended()
        return brought

    async def _run(self, items: Sequence[Item], progress: ItemProgress | None) -> list[Picture]:
        wanted = [item for item in items if not self._gallery.holds(item.sealed_sha256)]
        self._importer.waiting.keep_only(item.sealed_sha256 for item in wanted)
        for item in items:
            if item not in wanted and not item.imported:
                await self._try(item, self._importer.confirm(item, self._glasses))
        for item in wanted:
            if item.thumb_bytes:
                await self._try(item, self._importer.glimpse(item))
        self._imports.expects(
            {item.id: item.sealed_bytes for item in wanted}, {item.id: self._importer.came(item) for item in wanted}
        )
        return await self._bring_all(wanted, progress)

    async def _bring_all(self, wanted: Sequence[Item], progress: ItemProgress | None) -> list[Picture]:
        """At most _AT_ONCE under way; what fails for all ends them all."""
        brought: list[Picture | None] = []
        under_way: deque[asyncio.Task[Picture | None]] = deque()
        try:
            for item in wanted:
                if len(under_way) == _AT_ONCE:
                    brought.append(await under_way[0])
                    under_way.popleft()
                under_way.append(asyncio.create_task(self._try(item, self._bring(item, progress))))
            while under_way:
                brought.append(await under_way[0])
                under_way.popleft()
        finally:
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)
        return [picture for picture in brought if picture is not None]

    async def _bring(self, item: Item, progress: ItemProgress | None) -> Picture:
        def told(have: int, size: int) -> None:
            self._imports.moved(item.id, have, size)
            if progress is not None:
                progress(item.id, have, size)

        picture = await self._importer.bring(item, self._glasses, progress=told)
        self._imports.brought(item.id)
        return picture

    async def _try(self, item: Item, act: Awaitable[_Result]) -> _Result | None:
        """What `act` gives; None where it failed for this item alone, which is told."""
        try:
            return await act
        except _OF_ONE_ITEM as error:
            self._imports.stays(item.id)
            self._on_problem(ItemNotImported(item.id, error))
            return None
