"""What triggers call: photographs, bursts, clips, time-lapses, live sessions, marks: one camera, one policy."""

import asyncio
import binascii
import gc

from plainsight.errors import Refused
from plainsight.recording.clip import Clip
from plainsight.recording.clip_sound import ClipSound
from plainsight.recording.live import Live
from plainsight.recording.timelapse import TimeLapse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from plainsight.capture import Capture, Taken
    from plainsight.contract import Clock
    from plainsight.journal import Journal
    from plainsight.listening import VoicePolicy
    from plainsight.recording.burst import Burst
    from plainsight.recording.clip_sound import Ear
    from plainsight.recording.cut_clips import CutClips
    from plainsight.recording.policy import Policy
    from plainsight.recording.refusals import Refusals
    from plainsight.session import Session
    from plainsight.settings import Settings
    from plainsight.shutter import Shutter
    from plainsight.store import Store

NOTHING = "nothing"
PHOTO = "photo"
CLIP = "clip"
TIMELAPSE = "timelapse"
LIVE = "live"


class Recorder:
    """All methods raise Refused, on record by then. `post(event, fields)` tells the phone, `connected()` is the session
    that is open; set both once there is a door.

    `log(text)` writes a line; `survived(task, error)` keeps what a task ended with that was not foreseen.
    """

    def __init__(
        self,
        clock: "Clock",
        policy: "Policy",
        refusals: "Refusals",
        capture: "Capture",
        burst: "Burst",
        cut_clips: "CutClips",
        shutter: "Shutter",
        store: "Store",
        journal: "Journal",
        settings: "Settings",
        voice: "VoicePolicy",
        ear: "Ear",
        log: "Callable[[str], None]",
        survived: "Callable[[str, Exception], None]",
    ):
        self._clock = clock
        self._policy = policy
        self._refusals = refusals
        self._capture = capture
        self._burst = burst
        self._cut_clips = cut_clips
        self._shutter = shutter
        self._store = store
        self._journal = journal
        self._settings = settings
        self._voice = voice
        self._ear = ear
        self._log = log
        self._survived = survived
        self._camera = NOTHING  # what it is in use for: photo (a burst too), clip or live
        self._clip: Clip | None = None
        self._lapse: TimeLapse | None = None
        self._live: Live | None = None
        self.connected: "Callable[[], Session | None]" = _nobody
        self.post: "Callable[[str, dict[str, Any]], None]" = _nobody_listens

    @property
    def doing(self) -> str:
        """nothing, photo, clip, timelapse or live."""
        if self._clip is not None:
            return CLIP
        return TIMELAPSE if self._lapse is not None else self._camera

    @property
    def camera_in_use(self) -> bool:
        """The sensor runs, or is about to."""
        return self._camera != NOTHING

    async def photo(self, trigger: str) -> "Taken":
        """One photograph: {"item", "media_sha256" (hex), "media_bytes"}."""
        try:
            self._policy.check(trigger, self._camera)
            self._camera = PHOTO
        except Refused as refused:
            raise self._refusals.record(refused, trigger)
        try:
            values = self._settings.values
            return await self._capture.photograph(trigger, values["photo_size"], values["thumbnails"])
        except (Refused, OSError, MemoryError) as error:
            raise self._refusals.record(_as_refused(error), trigger)
        except BaseException:  # our own bug, or a task that is cancelled: something may have been exposed all the same
            self._refusals.record(Refused("internal"), trigger)
            raise
        finally:
            self._free_camera()

    async def burst(self, frames: int, trigger: str) -> "tuple[list[Taken], str]":
        """Up to `frames` photographs at the sensor's rate, and "done" or why there are fewer, but at least one."""
        try:
            self._policy.check_switch("burst")
            self._policy.check(trigger, self._camera, "burst")
            self._camera = PHOTO
        except Refused as refused:
            raise self._refusals.record(refused, trigger)
        try:
            taken, reason = await self._burst.take(frames, self._settings.values["photo_size"])
        except (Refused, OSError, MemoryError) as error:
            raise self._refusals.record(_as_refused(error), trigger)
        except BaseException:
            self._refusals.record(Refused("internal"), trigger)
            raise
        finally:
            self._free_camera()
        if reason != "done":
            self._refusals.record(Refused(reason, {"frames": len(taken)}), trigger)
        return taken, reason

    def begin_clip(
        self, trigger: str, seconds: "int | None" = None, audio: "bool | None" = None
    ) -> "tuple[int, int, bool]":
        """(item id, seconds, with sound) of a clip that has begun; events tell how it goes on.

        The setting clip_seconds is the limit, whatever is asked for. Without a wish for sound or for none the owner's
        setting counts, where the voice policy allows it; a wish that it does not allow is refused.
        """
        draft = None
        try:
            self._policy.check(trigger, self.doing, CLIP)
            sound = self._open_sound(audio)
            try:
                draft = self._store.begin(CLIP, trigger, self._clock.unix_s())
            except (Refused, OSError, MemoryError):
                if sound is not None:
                    sound.close()
                raise
        except (Refused, OSError, MemoryError) as error:
            raise self._refusals.record(_as_refused(error), trigger)
        limit_s: int = self._settings.values["clip_seconds"]
        seconds = limit_s if seconds is None else min(seconds, limit_s)
        self._camera = CLIP
        self._clip = Clip(draft, trigger, self._clock, self._shutter, self._store, self._journal, self._policy.must_end)
        asyncio.create_task(self._run_clip(self._clip, trigger, seconds, sound))  # whatever fails now, it has an end
        self.post("recording", {"what": CLIP, "on": True, "trigger": trigger})
        return draft.id, seconds, sound is not None

    def begin_timelapse(self, every_s: int, frames: int, trigger: str) -> None:
        """Photographs at an interval from now on, phone or not."""
        try:
            self._policy.check_switch("interval")
            self._policy.check(trigger, self.doing, TIMELAPSE)
            self._journal.append("timelapse", state="begun", every_s=every_s, frames=frames, trigger=trigger)
        except Refused as refused:
            raise self._refusals.record(refused, trigger)
        self._lapse = TimeLapse(self._clock, self._photograph_at_interval, self._miss, self._policy.must_end)
        asyncio.create_task(self._run_timelapse(self._lapse, every_s, frames, trigger))
        self.post("recording", {"what": TIMELAPSE, "on": True, "trigger": trigger})

    async def begin_live(self, trigger: str, phone: int, seconds: int, size: str) -> "dict[str, Any]":
        """A live session for the phone of this number that is connected, once it sees: {"record", "level", "salt"}."""
        try:
            self._policy.check_unstored(trigger, self.doing, LIVE)
            live = Live(self._clock, self._shutter, self._journal, self._policy.must_end, self.connected, seconds)
            number = self._journal.count
            begun = {"record": number, "level": self._shutter.level, "salt": _hex(live.salt)}
            self._journal.append(
                LIVE, state="begun", phone=phone, seconds=seconds, size=size, level=self._shutter.level, trigger=trigger
            )
        except (Refused, MemoryError) as error:
            raise self._refusals.record(_as_refused(error), trigger)
        self._camera = LIVE
        self._live = live
        asyncio.create_task(self._run_live(live, size))
        await live.ready.wait()
        if not live.begun:
            raise live.refused or Refused("internal")
        return begun

    def live(self) -> Live:
        """The live session that runs. Raises Refused, which is no trigger's and on no record."""
        if self._live is None:
            raise Refused("not_live")
        return self._live

    def stop(self, reason: str) -> str:
        """End what runs, soon: clip, timelapse, live or nothing. `reason` is what its record says: button, app …"""
        if self._clip is not None:
            self._clip.stop(reason)
            return CLIP
        if self._live is not None:
            self._live.stop(reason)
            return LIVE
        if self._lapse is not None:
            self._lapse.stop(reason)
            return TIMELAPSE
        return NOTHING

    def mark(self, trigger: str) -> int:
        """Put a mark into the journal; the number of its record."""
        try:
            self._policy.check_switch(trigger)
        except Refused as refused:
            raise self._refusals.record(refused, trigger)
        number = self._journal.count
        self._journal.append("mark", trigger=trigger, doing=self.doing)
        self.post("mark", {"record": number, "trigger": trigger})
        return number

    def keep_house(self) -> None:
        """Call at boot, and then now and then: records what was counted, and what a power cut ended."""
        self._refusals.write_if_due()
        if not self.camera_in_use:
            self._cut_clips.settle()

    def close_books(self) -> None:
        """Write what is counted in memory alone: the glasses are about to forget it."""
        self._refusals.write()

    async def _run_clip(self, clip: Clip, trigger: str, seconds: int, sound: "ClipSound | None") -> None:
        values = self._settings.values
        reason = "internal"
        try:
            taken, reason = await clip.run(values["clip_size"], seconds, values["thumbnails"], sound)
            taken["reason"] = reason
            self.post("item", taken)
        except (Refused, OSError, MemoryError) as error:
            refused = self._refusals.record(_as_refused(error), trigger)
            reason = refused.code
            self._log("clip refused: %s" % reason)
            self.post("refusal", {"reason": reason, "trigger": trigger, "detail": refused.detail})
        except Exception as error:  # noqa: BLE001 - the top of a task
            self._survived("clip", error)
            self._refusals.record(Refused("internal"), trigger)
            self.post("refusal", {"reason": "internal", "trigger": trigger})
        finally:
            self._clip = None
            self._free_camera()
            self.post("recording", {"what": CLIP, "on": False, "trigger": trigger, "reason": reason})

    async def _run_live(self, live: Live, size: str) -> None:
        reason = "internal"
        try:
            reason = await live.run(size)
        except Exception as error:  # noqa: BLE001 - the top of a task
            self._survived(LIVE, error)
        finally:
            self._live = None
            self._free_camera()
            self._log("live ended: %s, %d frames" % (reason, live.frames))
            self.post(LIVE, live.outcome(reason))

    async def _run_timelapse(self, lapse: TimeLapse, every_s: int, frames: int, trigger: str) -> None:
        reason = "internal"
        try:
            reason = await lapse.run(every_s, frames)
        except Exception as error:  # noqa: BLE001 - the top of a task
            self._survived("timelapse", error)
        finally:
            self._lapse = None
            self._refusals.write()
            self._end_on_record(lapse, reason)
            self.post("recording", {"what": TIMELAPSE, "on": False, "trigger": trigger, "reason": reason})

    def _end_on_record(self, lapse: TimeLapse, reason: str) -> None:
        try:
            self._journal.append("timelapse", state="ended", reason=reason, taken=lapse.taken, refused=lapse.refused)
        except Refused as refused:  # each of its photographs stands there already
            self._log("end of the time-lapse not recorded: %s" % refused.code)

    async def _photograph_at_interval(self) -> None:
        taken = await self.photo("interval")
        taken["reason"] = "done"
        self.post("item", taken)

    def _miss(self, refused: Refused) -> None:
        self._refusals.record(refused, "interval")

    def _open_sound(self, wanted: "bool | None") -> "ClipSound | None":
        """The clip's sound, or None for a silent one. Raises Refused."""
        if wanted is False or (wanted is None and not self._voice.may_record()):
            return None
        if not self._voice.may_record():
            raise Refused("voice_off")
        sound = ClipSound(self._ear, self._voice, self._clock)
        try:
            sound.open()
        except Refused:
            if wanted:
                raise
            return None  # muted, or no microphone: a clip that nobody asked sound for is worth having without
        return sound

    def _free_camera(self) -> None:
        self._camera = NOTHING
        gc.collect()  # now, while a stall is expected


def _as_refused(error: Exception) -> Refused:
    """A picture may have been exposed when memory or flash failed: that can't stay off the record either."""
    if isinstance(error, Refused):
        return error
    return Refused("storage_failed", {"errno": getattr(error, "errno", None) or 0})


def _hex(data: bytearray) -> str:
    return binascii.hexlify(bytes(data)).decode()


def _nobody() -> "Session | None":
    """No door yet."""
    return None


def _nobody_listens(_name: str, _fields: dict) -> None:
    """No phone."""
