"""One clip: its frames and sound into one sealed item, and two records around it.

The first record stands before the first frame is written, the second before the clip can be seen. A clip whose light
fails ends there and says so; what was proven before stays. Where the power goes in between, cut_clips.py records at
the next boot that the clip was cut, and what was sealed until then is an item like any other.
"""

from plainsight.capture import commitment, taken
from plainsight.compat import const
from plainsight.errors import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from plainsight.capture import Taken
    from plainsight.contract import Clock
    from plainsight.journal import Journal
    from plainsight.recording.clip_sound import ClipSound
    from plainsight.shutter import Shutter
    from plainsight.storage.draft import Draft
    from plainsight.store import Store

_MOST_BYTES = const(67_000_000)  # wire.MAX_ITEM_BYTES, less what sealing adds and one last frame
_MS_PER_S = const(1000)


class Clip:
    """Runs once. `must_end()` gives a reason why it can't go on, or ""; asked after each frame."""

    def __init__(
        self,
        draft: "Draft",
        trigger: str,
        clock: "Clock",
        shutter: "Shutter",
        store: "Store",
        journal: "Journal",
        must_end: "Callable[[], str]",
    ):
        self._draft = draft
        self._trigger = trigger
        self._clock = clock
        self._shutter = shutter
        self._store = store
        self._journal = journal
        self._must_end = must_end
        self._sound: ClipSound | None = None
        self._thumbnail = False
        self._limit_ms = 0
        self._stopped = ""
        self._frames = 0
        self._bytes = 0
        self._time_ms = 0
        self._begun_ms = 0
        self._on_record = False

    def stop(self, reason: str) -> None:
        """End it after the frame at hand; the first reason counts."""
        self._stopped = self._stopped or reason

    async def run(self, size: str, seconds: int, thumbnail: bool, sound: "ClipSound | None") -> "tuple[Taken, str]":
        """The stored clip and why it ended. Raises Refused where not one frame was proven: nothing is stored then."""
        self._limit_ms = seconds * _MS_PER_S
        self._thumbnail = thumbnail
        self._sound = sound
        try:
            reason = await self._shutter.sequence(size, self._keep, self._ended, self._listen)
        except BaseException as error:  # a cancelled task too
            self._give_up(error)
            raise
        finally:
            if sound is not None:
                sound.close()
        return self._store_it(reason), reason

    def _keep(self, view: "bytes | memoryview", time_ms: int) -> None:
        """One proven frame. All but the first allocate nothing here."""
        if self._frames == 0:
            self._begin(view)
        self._draft.frame(view, time_ms)
        self._frames += 1
        self._bytes += len(view)
        self._time_ms = time_ms

    def _begin(self, view: "bytes | memoryview") -> None:
        """Before the first frame is written: the record, the frame as the thumbnail, and silence until here."""
        self._journal.append(
            "exposure",
            item=self._draft.id,
            kind="clip",
            state="begun",
            level=self._shutter.level,
            trigger=self._trigger,
        )
        self._on_record = True
        if self._thumbnail:
            self._draft.thumb(view)
        if self._sound is not None:
            self._sound.drop()
        self._begun_ms = self._clock.ms()

    def _ended(self) -> str:
        """Why no further frame follows, or ""."""
        if self._stopped:
            return self._stopped
        if self._time_ms >= self._limit_ms:
            return "done"
        if self._draft.bytes >= _MOST_BYTES:
            return "too_large"
        return self._must_end()

    def _listen(self) -> None:
        """While a frame is awaited."""
        if self._sound is not None:
            self._sound.pump(self._draft, self._begun_ms)

    def _store_it(self, reason: str) -> "Taken":
        light = self._shutter.light()
        try:
            item = self._draft.finish(reason, light)
        except BaseException:
            # It stays as far as it goes: the next boot, or the card that comes back, finds a clip that was cut.
            self._draft.drop(Refused("storage_failed"))
            raise
        # Where this fails nobody sees the clip before the next boot has recorded it as cut: its beginning is on record.
        self._journal.append(
            "exposure",
            item=item["id"],
            kind="clip",
            state="ended",
            commit=commitment(self._draft),
            verdict=light["verdict"],
            reason=reason,
            frames=self._frames,
        )
        self._store.commit(item)
        sound_bytes = 0 if self._sound is None else self._sound.bytes
        return taken(item, self._draft, self._bytes + sound_bytes)

    def _give_up(self, error: BaseException) -> None:
        """Not one frame was kept: the draft goes, and a record that was begun gets its end."""
        self._store.abandon(self._draft)
        if self._on_record:
            reason = error.code if isinstance(error, Refused) else "internal"
            self._journal.append(
                "exposure", item=self._draft.id, kind="clip", state="ended", reason=reason, frames=self._frames
            )
