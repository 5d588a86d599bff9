"""Triggers that come from the app."""

from plainsight.recording.live_frame import LiveFrame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from plainsight.media import Source
    from plainsight.phones import Phone
    from plainsight.recording.recorder import Recorder

_TRIGGER = "app"


class CaptureDesk:
    """`capture`, `burst`, `clip`, `timelapse`, `live` and its frames, `stop` and `mark`."""

    def __init__(self, recorder: "Recorder"):
        self._recorder = recorder
        self.answers = {
            "clip": self._begin_clip,
            "timelapse": self._begin_timelapse,
            "stop": self._stop,
            "mark": self._mark,
        }
        self.slow = {"capture": self._photograph, "burst": self._burst, "live": self._begin_live}
        self.sources = {"live_frame": self._live_frame}

    async def _photograph(self, _fields: "dict[str, Any]", _phone: "Phone") -> "dict[str, Any]":
        return await self._recorder.photo(_TRIGGER)

    async def _burst(self, fields: "dict[str, Any]", _phone: "Phone") -> "dict[str, Any]":
        taken, reason = await self._recorder.burst(fields["frames"], _TRIGGER)
        answer: dict[str, Any] = {"items": [one["item"] for one in taken]}
        if reason != "done":
            answer["reason"] = reason
        return answer

    def _begin_clip(self, fields: "dict[str, Any]", _phone: "Phone") -> "dict[str, Any]":
        item, seconds, audio = self._recorder.begin_clip(_TRIGGER, fields.get("seconds"), fields.get("audio"))
        return {"item": item, "seconds": seconds, "audio": audio}

    async def _begin_live(self, fields: "dict[str, Any]", phone: "Phone") -> "dict[str, Any]":
        return await self._recorder.begin_live(_TRIGGER, phone.number, fields["seconds"], fields["size"])

    def _live_frame(self, _fields: "dict[str, Any]", _phone: "Phone") -> "Source":
        return LiveFrame(self._recorder.live())

    def _begin_timelapse(self, fields: "dict[str, Any]", _phone: "Phone") -> "dict[str, Any]":
        self._recorder.begin_timelapse(fields["every_s"], fields["frames"], _TRIGGER)
        return {"every_s": fields["every_s"], "frames": fields["frames"]}

    def _stop(self, _fields: "dict[str, Any]", _phone: "Phone") -> "dict[str, Any]":
        return {"stopped": self._recorder.stop(_TRIGGER)}

    def _mark(self, _fields: "dict[str, Any]", _phone: "Phone") -> "dict[str, Any]":
        return {"record": self._recorder.mark(_TRIGGER)}
