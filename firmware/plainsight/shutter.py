"""The home of promise 1: no light, no frame. The only module that opens the camera.

The driver exposes a frame in its constructor and again whenever its one buffer is released (fb_count=1, WHEN_EMPTY), so
"light on" must be proven before each of those moments, and evidence gathered until after the frame that is kept.
On any doubt: nothing is copied, the buffer is zeroed, the camera closed, the light switched off, Refused raised.
"""

import gc
import hashlib

from plainsight.compat import const
from plainsight.errors import Refused
from plainsight.light import light_proof

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.contract import Board, Camera, Clock

_ENOMEM = const(12)
_OPENINGS = const(3)  # DMA memory is often fragmented at the first attempt and free after a collection
_SETTLING_FRAMES = const(3)  # exposure and white balance run on these
_MOST_SETTLING_FRAMES = const(8)  # a scene that never keeps still is taken as it is
_STEADY_FRACTION = const(8)  # settled: the size of the JPEG changed by less than an eighth
_FAULTS = const(3)  # frames that fail before the camera is given up
_FRAME_WAIT_MS = const(4000)  # the driver's own time limit for a frame
_POLL_MS = const(5)
_SOI = b"\xff\xd8"
_EOI = b"\xff\xd9"

# What the vendor's driver raises; anything else is our own bug and ends in the task's log, after the same clean-up.
_DRIVER_ERRORS = (OSError, RuntimeError, ValueError, MemoryError)


class Exposure:
    """One photograph: `jpeg` (bytearray), its `sha256` (32 bytes), `light` (level, verdict, evidence)."""

    def __init__(self, jpeg: bytearray, light: dict[str, object]):
        self.jpeg = jpeg
        self.sha256 = hashlib.sha256(jpeg).digest()
        self.light = light


class Shutter:
    """Takes one photograph at a time; the caller keeps others out."""

    def __init__(self, board: "Board", clock: "Clock", level: str):
        self._board = board
        self._clock = clock
        self._level = level
        self._proof = light_proof(level, board, clock)

    async def take(self) -> Exposure:
        """One settled photograph with the evidence of its light. Raises Refused; then no frame is left anywhere."""
        try:
            jpeg, evidence = await self._under_light()
        except _DRIVER_ERRORS as error:
            raise Refused("camera_failed", {"errno": _errno(error)})
        return Exposure(jpeg, {"level": self._level, "verdict": self._proof.verdict, "evidence": evidence})

    async def _under_light(self) -> tuple[bytearray, dict[str, int]]:
        try:
            await self._proof.before()
            self._board.light_on(self._proof.modulated)
            await self._proof.begin()
            film = Film(self._board, self._open_camera())
            try:
                return await self._settled(film)
            finally:
                film.close()
        finally:
            self._board.light_off()

    def _open_camera(self) -> "Camera":
        """A camera that holds its first frame. Raises Refused after _OPENINGS attempts."""
        refused = Refused("camera_failed")
        for _ in range(_OPENINGS):
            self._proof.check()
            try:
                return self._board.open_camera()
            except _DRIVER_ERRORS as error:
                refused = Refused(_opening_fault(error), {"errno": _errno(error), "attempts": _OPENINGS})
            gc.collect()
        raise refused

    async def _settled(self, film: "Film") -> tuple[bytearray, dict[str, int]]:
        """(JPEG copied out, evidence) of the first frame with a settled exposure."""
        good = 0
        faults = 0
        size_before = 0
        while True:
            self._proof.check()
            film.expose()
            fault = await self._develop(film)
            if fault:
                faults += 1
                if faults == _FAULTS:
                    raise Refused(fault, {"faults": faults})
                continue
            view = film.frame
            good += 1
            size = len(view)
            steady = abs(size - size_before) * _STEADY_FRACTION < size_before
            if good > _MOST_SETTLING_FRAMES or (good > _SETTLING_FRAMES and steady):
                evidence = await self._proof.finish()
                return bytearray(view), evidence
            size_before = size

    async def _develop(self, film: "Film") -> str:
        """Wait for the frame that is being exposed, checking the light; a fault code or "". Raises Refused."""
        begun = self._clock.ms()
        while not film.ready():
            self._proof.check()
            if self._clock.diff(self._clock.ms(), begun) > _FRAME_WAIT_MS:
                raise Refused("camera_no_frame", {"waited_ms": _FRAME_WAIT_MS})
            await self._clock.sleep_ms(_POLL_MS)
        try:
            film.develop()
        except _DRIVER_ERRORS:
            return "camera_failed"
        return _frame_fault(film.frame)


class Film:
    """The driver's one frame buffer, never empty: it holds the constructor's frame, one under way, or the one seen."""

    def __init__(self, board: "Board", camera: "Camera"):
        self._board = board
        self._camera = camera
        # The driver's own memory. Empty at first: the constructor's frame lies where Python has no view of it.
        self.frame: bytes | memoryview = b""

    def expose(self) -> None:
        """Zero the frame at hand and give the buffer back: the driver exposes the next frame into it."""
        self._wipe()
        self._camera.free_buffer()

    def ready(self) -> bool:
        """True when `develop` will not block."""
        return self._camera.frame_available()

    def develop(self) -> None:
        """Get the exposed frame into `frame`."""
        self.frame = self._camera.capture() or b""

    def close(self) -> None:
        """Zero whatever was exposed and stop the sensor, whatever fails on the way."""
        try:
            if not self.frame:
                self._reach()
            self._wipe()
        finally:
            self._camera.deinit()

    def _reach(self) -> None:
        """Get a view of a frame that is in the buffer but was never seen, so that it can be zeroed.

        For the constructor's frame this costs one more exposure into the same buffer, under the light as far as
        it still goes, never kept: better than leaving a picture in freed memory.
        """
        try:
            self.develop()
        except _DRIVER_ERRORS:
            return  # no frame, so nothing to zero

    def _wipe(self) -> None:
        if self.frame:
            self._board.wipe(self.frame)
            self.frame = b""


def _errno(error: Exception) -> int:
    number = getattr(error, "errno", None)
    return number if isinstance(number, int) else 0


def _opening_fault(error: Exception) -> str:
    """The code for what the constructor raised: it names a missing first frame in words and other faults by number."""
    if isinstance(error, MemoryError) or _errno(error) == _ENOMEM or not isinstance(error, OSError):
        return "camera_failed"
    return "camera_absent" if _errno(error) else "camera_no_frame"


def _frame_fault(view: bytes | memoryview) -> str:
    """A wire.ERRORS code for a frame that is missing or not a whole JPEG; "" for a good one."""
    if not view:
        return "camera_no_frame"
    # The driver's view has signed items: compare bytes, never single items.
    if bytes(view[:2]) != _SOI or bytes(view[len(view) - 2 :]) != _EOI:
        return "camera_bad_frame"
    return ""
