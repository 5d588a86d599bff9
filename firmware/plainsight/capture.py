"""One photograph from light to stored item: sealed, recorded, and only then told to anybody."""

import binascii

from plainsight import hkdf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from plainsight.contract import Clock
    from plainsight.journal import Journal
    from plainsight.shutter import Shutter
    from plainsight.storage.draft import Draft
    from plainsight.store import Store

    Taken = dict[str, Any]


class Capture:
    """Takes photographs; whoever calls has asked the policy and holds the camera."""

    def __init__(self, clock: "Clock", shutter: "Shutter", store: "Store", journal: "Journal"):
        self._clock = clock
        self._shutter = shutter
        self._store = store
        self._journal = journal

    async def photograph(self, trigger: str, size: str, thumbnail: bool) -> "Taken":
        """Take, seal, record and store one photograph: {"item", "media_sha256" (hex), "media_bytes"}.

        Raises Refused; then no trace of the picture is left. The exposure stands in the journal before this returns.
        """
        draft = self._store.begin("photo", trigger, self._clock.unix_s())
        media = _Media(draft)
        try:
            light = await self._shutter.photograph(size, media.frame, media.thumb if thumbnail else None)
        except BaseException:  # a cancelled task too
            self._store.abandon(draft)
            raise
        return self.keep(draft, light, trigger, media.bytes)

    def keep(self, draft: "Draft", light: "dict[str, Any]", trigger: str, media_bytes: int) -> "Taken":
        """Finish the draft of a photograph, record it, and only then let it be seen: no item without its record."""
        staged: "Draft | Taken" = draft
        try:
            item = staged = draft.finish("done", light)
            self._journal.append(
                "exposure",
                item=item["id"],
                kind="photo",
                commit=commitment(draft),
                level=light["level"],
                verdict=light["verdict"],
                trigger=trigger,
            )
        except BaseException:
            self._store.abandon(staged)
            raise
        self._store.commit(item)
        return taken(item, draft, media_bytes)


class _Media:
    """What goes into a draft, counted."""

    def __init__(self, draft: "Draft"):
        self._draft = draft
        self.bytes = 0

    def frame(self, view: "bytes | memoryview", time_ms: int) -> None:
        self._draft.frame(view, time_ms)
        self.bytes += len(view)

    def thumb(self, view: "bytes | memoryview", _time_ms: int) -> None:
        self._draft.thumb(view)


def commitment(draft: "Draft") -> str:
    """What the journal may say of the media: nothing, once the salt is gone."""
    return _hex(hkdf.hmac_sha256(draft.salt, draft.media_sha256))


def taken(item: "dict[str, Any]", draft: "Draft", media_bytes: int) -> "Taken":
    """What the phone is told of a new item."""
    return {"item": item, "media_sha256": _hex(draft.media_sha256), "media_bytes": media_bytes}


def _hex(data: bytes) -> str:
    return binascii.hexlify(data).decode()
