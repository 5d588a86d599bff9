"""A burst: several photographs in one session of light, at the rate that one frame buffer allows.

Sealing and flash are slower than the sensor, so the frames wait in memory that was set aside before the light went on.
They are sealed one by one, each as an item of its own, and their copies zeroed, when the camera is closed again.
"""

from plainsight.compat import const
from plainsight.errors import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from plainsight.capture import Capture, Taken
    from plainsight.contract import Board, Clock
    from plainsight.shutter import Shutter
    from plainsight.store import Store

_ENOMEM = const(12)
# What the driver's own buffer holds: a fifth of a byte for each pixel.
_FRAME_BYTES = {"qvga": 15360, "vga": 61440, "svga": 96000, "xga": 157286}


class Burst:
    """Takes bursts; whoever calls has asked the policy and holds the camera."""

    def __init__(self, board: "Board", clock: "Clock", shutter: "Shutter", store: "Store", capture: "Capture"):
        self._board = board
        self._clock = clock
        self._shutter = shutter
        self._store = store
        self._capture = capture

    async def take(self, frames: int, size: str) -> "tuple[list[Taken], str]":
        """The photographs, and "done" or why there are fewer than `frames`. Raises Refused where there is none."""
        roll = _Roll(self._clock, self._shutter, _memory(frames, _FRAME_BYTES[size]))
        try:
            reason = await self._shutter.sequence(size, roll.keep, roll.ended, _nothing)
            return await self._develop(roll, reason)
        finally:
            for buffer in roll.buffers:
                self._board.wipe(buffer)

    async def _develop(self, roll: "_Roll", reason: str) -> "tuple[list[Taken], str]":
        taken: list[Taken] = []
        try:
            for number, light in enumerate(roll.lights):
                frame = memoryview(roll.buffers[number])[: roll.sizes[number]]
                draft = self._store.begin("photo", "burst", roll.times_s[number])
                try:
                    draft.frame(frame, 0)
                except BaseException:
                    self._store.abandon(draft)
                    raise
                taken.append(self._capture.keep(draft, light, "burst", len(frame)))
                await self._clock.sleep_ms(0)  # one seal at a time: others have their turn between two
        except Refused as refused:
            if not taken:
                raise
            reason = refused.code
        return taken, reason


class _Roll:
    """Frames in memory, each with its time and its light."""

    def __init__(self, clock: "Clock", shutter: "Shutter", buffers: list[bytearray]):
        self._clock = clock
        self._shutter = shutter
        self.buffers = buffers
        self.sizes = [0] * len(buffers)
        self.lights: list[dict[str, Any]] = []
        self.times_s: list[int] = []

    def keep(self, view: "bytes | memoryview", _time_ms: int) -> None:
        number = len(self.lights)
        size = len(view)
        self.buffers[number][:size] = view
        self.sizes[number] = size
        self.times_s.append(self._clock.unix_s())
        self.lights.append(self._shutter.light())

    def ended(self) -> str:
        return "done" if len(self.lights) == len(self.buffers) else ""


def _memory(frames: int, frame_bytes: int) -> list[bytearray]:
    """A buffer for each frame. Raises Refused("storage_failed") where the heap has no room for them."""
    try:
        return [bytearray(frame_bytes) for _ in range(frames)]
    except MemoryError:
        raise Refused("storage_failed", {"errno": _ENOMEM})


def _nothing() -> None:
    """Nothing to do while a frame is awaited."""
