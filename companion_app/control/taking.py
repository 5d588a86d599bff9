"""Taking pictures: asks the glasses and returns once what they took is in the gallery."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from companion_app.control.errors import ClipLost
from companion_app.gallery import Gallery, GalleryChange, Picture
from companion_app.gallery.importer import Importer
from companion_app.link.answers import Captured, ClipBegun
from companion_app.link.client import GlassesClient
from companion_app.link.errors import GlassesRefused
from companion_app.link.events import Event, RecordingChanged, Refusal
from companion_app.link.pins import Pin
from companion_app.link.transfers import Progress

_AFTER_THE_END_S = 20.0  # until the item of a clip that ended is announced
_GRACE_S = 90.0  # more than a clip's length that its end may take: sealing, and a link that is lost and found


class Taking:
    """`owned` gives the pin of glasses whose pictures this phone can open, `client` the open session."""

    def __init__(
        self, gallery: Gallery, importer: Importer, owned: Callable[[], Pin], client: Callable[[], GlassesClient]
    ) -> None:
        self._gallery = gallery
        self._importer = importer
        self._owned = owned
        self._client = client
        self._clips: dict[int, _Clip] = {}

    async def capture(self) -> Picture:
        """One photograph. Raises GlassesRefused, LinkError, CannotOpen, GalleryFull, LedgerWriteFailed."""
        pin = self._owned()
        return await self.bring(await self._client().capture(), pin)

    async def burst(self, frames: int, on_short: Callable[[Refusal], None]) -> list[Picture]:
        """`frames` photographs; `on_short` hears why there are fewer. Raises as `capture` does."""
        pin = self._owned()
        answer = await self._client().burst(frames)
        if answer.reason is not None:
            if not answer.items:
                raise GlassesRefused("burst", answer.reason, {})
            on_short(Refusal(answer.reason, "burst", {"taken": len(answer.items)}))
        return [await self._importer.bring(item, pin.glasses) for item in answer.items]

    async def clip(self, seconds: int | None, audio: bool | None, progress: Progress | None) -> Picture:
        """A clip, once it has ended and come; `progress` hears of its transfer. Raises as `capture` does, ClipLost."""
        pin = self._owned()
        begun = await self._client().clip(seconds, audio)
        clip = self._clips[begun.item] = _Clip()
        end = self._gallery.observe(lambda change: clip.came(change) if _is(change, pin, begun) else None)
        try:
            held = self._held(pin, begun) or await self._await_end(clip, begun)
        finally:
            end()
            del self._clips[begun.item]
        return held if isinstance(held, Picture) else await self.bring(held, pin, progress)

    async def bring(self, captured: Captured, pin: Pin, progress: Progress | None = None) -> Picture:
        """What the glasses say that they took. Raises as `capture` does."""
        return await self._importer.bring(captured.item, pin.glasses, captured.media_sha256, progress)

    def claims(self, event: Event) -> bool:
        """True where somebody here waits for what this event announces, and will import it."""
        if isinstance(event, Captured) and event.item.id in self._clips:
            self._clips[event.item.id].end(event)
            return True
        if isinstance(event, RecordingChanged) and event.what == "clip" and not event.on:
            for clip in self._clips.values():
                clip.over(event.reason)
        return False

    def _held(self, pin: Pin, begun: ClipBegun) -> Picture | None:
        """The clip, where its end was told, and it was imported, before the answer that it had begun."""
        pictures = self._gallery.pictures()
        return next((one for one in pictures if (one.glasses, one.item) == (pin.glasses, begun.item)), None)

    async def _await_end(self, clip: _Clip, begun: ClipBegun) -> Captured | Picture:
        """What the clip ended in; a lost link may mean that the round of imports after it brings it unasked."""
        try:
            async with asyncio.timeout(begun.seconds + _GRACE_S):
                await asyncio.wait({clip.result, clip.ended}, return_when=asyncio.FIRST_COMPLETED)
            async with asyncio.timeout(_AFTER_THE_END_S):
                return await clip.result
        except TimeoutError as error:
            raise ClipLost(begun.item, clip.ended.result() if clip.ended.done() else None) from error


class _Clip:
    """What is heard of one clip that somebody waits for."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.result: asyncio.Future[Captured | Picture] = loop.create_future()
        self.ended: asyncio.Future[str | None] = loop.create_future()

    def end(self, result: Captured | Picture) -> None:
        """It was stored, or it is here already."""
        if not self.result.done():
            self.result.set_result(result)

    def came(self, change: GalleryChange) -> None:
        """It came into the gallery by another way."""
        self.end(change.picture)

    def over(self, reason: str | None) -> None:
        """The glasses stopped; whether anything was kept is still to be told."""
        if not self.ended.done():
            self.ended.set_result(reason)


def _is(change: GalleryChange, pin: Pin, begun: ClipBegun) -> bool:
    return change.added and (change.picture.glasses, change.picture.item) == (pin.glasses, begun.item)
