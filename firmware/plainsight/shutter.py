"""The home of promise 1: no light, no frame. The only module that opens the camera.

The driver exposes a frame in its constructor and again whenever its one buffer is released (fb_count=1, WHEN_EMPTY), so
"light on" must be proven before each of those moments, and evidence gathered until after each frame that is kept. A
frame goes to its keeper straight from the driver's memory, once its light was measured past its end, and is zeroed
before the next exposure. On any doubt: nothing is handed over, the buffer is zeroed, the camera closed, the light off.

One session of light serves one photograph and its thumbnail, a whole sequence, or a phone that looks live. The
sensor may begin to collect the light of a frame before its buffer was released; the windows of the light's proof follow
each other without a gap, so that time lies in the window before, which was proven too.
"""

import gc

from plainsight.compat import const
from plainsight.errors import Refused
from plainsight.light import light_proof
from plainsight.recording.film import DRIVER_ERRORS, Film, errno, opening_fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from plainsight.contract import Board, Camera, Clock
    from plainsight.recording.live import Live

    Keep = Callable[[bytes | memoryview, int], None]

_OPENINGS = const(3)  # DMA memory is often fragmented at the first attempt and free after a collection
_SETTLING_FRAMES = const(3)  # exposure and white balance run on these
_MOST_SETTLING_FRAMES = const(8)  # a scene that never keeps still is taken as it is
_STEADY_FRACTION = const(8)  # settled: the size of the JPEG changed by less than an eighth
_RESIZING_FRAMES = const(1)  # the frame under way while the size changes has either size, or is torn
_FAULTS = const(3)  # frames in a row that fail before the camera is given up
_FRAME_WAIT_MS = const(4000)  # the driver's own time limit for a frame
_POLL_MS = const(5)
_IDLE_MS = const(10)  # between two looks at the light while nobody wants a frame
_WINDOW_MS = const(500)  # of the light's proof then: short enough to be tight
_THUMB_SIZE = "qvga"


class Shutter:
    """One session of light at a time; the caller keeps others out.

    `keep(view, time_ms)` gets each proven frame in the driver's memory, and the time since the first; it must be done
    with the view when it returns.
    """

    def __init__(self, board: "Board", clock: "Clock", level: str):
        self._board = board
        self._clock = clock
        self.level = level
        self._proof = light_proof(level, board, clock)
        self._kept = 0

    def light(self) -> "dict[str, Any]":
        """What the light's proof is worth for the frames kept in this session: level, verdict, evidence."""
        return {"level": self.level, "verdict": self._proof.verdict, "evidence": self._proof.evidence()}

    def wipe(self, copy: "bytearray | memoryview") -> None:
        """Zero what somebody copied of a frame."""
        self._board.wipe(copy)

    async def photograph(self, size: str, keep: "Keep", keep_thumb: "Keep | None" = None) -> "dict[str, Any]":
        """One settled photograph, then a small frame for `keep_thumb`; returns the light of the photograph.

        Raises Refused; then what was kept is not worth keeping. A thumbnail that fails is left out.
        """

        async def take(film: Film) -> "dict[str, Any]":
            await self._settle(film)
            await self._prove(film, keep, 0)
            light = self.light()
            if keep_thumb is not None:
                await self._thumbnail(film, keep_thumb)
            return light

        try:
            return await self._under_light(size, take)
        except DRIVER_ERRORS as error:
            raise Refused("camera_failed", {"errno": errno(error)})

    async def sequence(
        self,
        size: str,
        keep: "Keep",
        ended: "Callable[[], str]",
        beside: "Callable[[], None]",
    ) -> str:
        """Frames as fast as one buffer allows until `ended()` gives a reason, asked after each; returns why it ended.

        `beside()` is called before and while a frame is awaited. Raises Refused where not one frame was kept; later a
        fault ends the sequence with its code, the frame it fell on is dropped, and what was kept before stays good.
        """
        self._kept = 0

        async def take(film: Film) -> str:
            await self._settle(film)
            return await self._follow(film, keep, ended, beside)

        try:
            return await self._under_light(size, take)
        except Refused as refused:
            reason = refused
        except DRIVER_ERRORS as error:
            reason = Refused("camera_failed", {"errno": errno(error)})
        if not self._kept:
            raise reason
        return reason.code

    async def live(self, size: str, viewer: "Live") -> str:
        """Frames on demand until `viewer.ended()` gives a reason, asked at every look; returns it.

        The light is on and proven all the while. A frame is exposed only once the viewer wants one, and only then; it
        is shown to the viewer once it is proven, and zeroed when the viewer has let go of it. Raises Refused.
        """

        async def take(film: Film) -> str:
            await self._settle(film)
            film.blank()
            try:
                return await self._serve(film, viewer)
            finally:
                viewer.hide()

        try:
            return await self._under_light(size, take)
        except DRIVER_ERRORS as error:
            raise Refused("camera_failed", {"errno": errno(error)})

    async def _under_light(self, size: str, take: "Callable[[Film], Awaitable[Any]]") -> "Any":
        """What `take(film)` returns, the light proven from before the camera opens until it is closed."""
        try:
            await self._proof.before()
            self._board.light_on(self._proof.modulated)
            await self._proof.begin()
            film = Film(self._board, await self._open_camera(size))
            try:
                return await take(film)
            finally:
                film.close()
        finally:
            self._board.light_off()

    async def _open_camera(self, size: str) -> "Camera":
        """A camera that holds its first frame. Raises Refused after _OPENINGS attempts."""
        refused = Refused("camera_failed")
        for _ in range(_OPENINGS):
            self._proof.check()
            try:
                return self._board.open_camera(size)
            except DRIVER_ERRORS as error:
                refused = Refused(opening_fault(error), {"errno": errno(error), "attempts": _OPENINGS})
            gc.collect()
            await self._clock.sleep_ms(_POLL_MS)  # each may block for _FRAME_WAIT_MS: together, as long as the watchdog
        raise refused

    async def _settle(self, film: Film) -> None:
        """Expose until a frame has a settled exposure; that one is at hand, its light not yet concluded."""
        good = size_before = 0
        while True:
            self._proof.check()
            film.expose()
            await self._good_frame(film)
            good += 1
            size = len(film.frame)
            steady = abs(size - size_before) * _STEADY_FRACTION < size_before
            if good > _MOST_SETTLING_FRAMES or (good > _SETTLING_FRAMES and steady):
                return
            size_before = size

    async def _good_frame(self, film: Film) -> None:
        """Wait for the frame that is being exposed, and for others in its place while they fail. Raises Refused."""
        faults = 0
        while True:
            await self._wait(film)
            fault = film.develop()
            if not fault:
                return
            faults += 1
            if faults == _FAULTS:
                raise Refused(fault, {"faults": faults})
            self._proof.check()
            film.expose()

    async def _wait(self, film: Film) -> None:
        """Until the frame is there, watching the light. Raises Refused."""
        clock = self._clock
        begun = clock.ms()
        while not film.ready():
            self._proof.check()
            _in_time(clock.diff(clock.ms(), begun))
            await clock.sleep_ms(_POLL_MS)

    async def _prove(self, film: Film, keep: "Keep", time_ms: int) -> None:
        """Measure the light past the end of the frame at hand, then hand it over."""
        await self._clock.sleep_ms(self._proof.trail_ms)
        self._proof.conclude()
        _hand_over(film, keep, time_ms)
        self._kept += 1

    async def _thumbnail(self, film: Film, keep: "Keep") -> None:
        """One frame of the small size, where light and camera still allow it."""
        try:
            self._proof.check()
            film.resize(_THUMB_SIZE)
            for _ in range(_RESIZING_FRAMES):
                await self._wait(film)
                film.develop()  # whatever it is, it is not kept
                self._proof.check()
                film.expose()
            await self._good_frame(film)
            await self._prove(film, keep, 0)
        except (Refused, OSError, RuntimeError, ValueError):
            return  # the photograph was proven and stays; what the camera holds is zeroed when it is closed

    async def _follow(self, film: Film, keep: "Keep", ended: "Callable[[], str]", beside: "Callable[[], None]") -> str:
        """Keep the frame at hand and those after it. The hot path: one coroutine, and nothing allocated per frame."""
        clock = self._clock
        proof = self._proof
        first = taken = clock.ms()
        faults = 0
        while True:
            if not faults:
                await clock.sleep_ms(proof.trail_ms)
                proof.conclude()
                _hand_over(film, keep, clock.diff(taken, first))
                self._kept += 1
                reason = ended()
                if reason:
                    return reason
            beside()  # at least once, however quick the sensor is
            proof.check()
            film.expose()
            waiting = clock.ms()
            while not film.ready():
                proof.check()
                beside()
                _in_time(clock.diff(clock.ms(), waiting))
                await clock.sleep_ms(_POLL_MS)
            taken = clock.ms()
            fault = film.develop()
            faults = faults + 1 if fault else 0
            if faults == _FAULTS:
                raise Refused(fault, {"faults": faults})

    async def _serve(self, film: Film, viewer: "Live") -> str:
        """Show a fresh frame for each wish; between them the buffer stays zeroed and in our hands: no exposure."""
        clock = self._clock
        proof = self._proof
        begun = concluded = clock.ms()
        faults = 0
        viewer.begin()
        while True:
            reason = viewer.ended()
            if reason:
                return reason
            wanted = viewer.wanted
            if viewer.holding or not wanted:
                if film.frame and not viewer.holding:
                    film.blank()
                if clock.diff(clock.ms(), concluded) < _WINDOW_MS:
                    proof.check()
                else:
                    proof.conclude()
                    concluded = clock.ms()
                await clock.sleep_ms(_IDLE_MS)
                continue
            proof.conclude()
            proof.forget()  # the evidence is this frame's own
            film.expose()
            waiting = clock.ms()
            while not film.ready():
                proof.check()
                reason = viewer.ended()
                if reason:
                    return reason
                _in_time(clock.diff(clock.ms(), waiting))
                await clock.sleep_ms(_POLL_MS)
            taken = clock.ms()
            fault = film.develop()
            faults = faults + 1 if fault else 0
            if faults == _FAULTS:
                raise Refused(fault, {"faults": faults})
            if not fault:
                await clock.sleep_ms(proof.trail_ms)
                proof.conclude()
                concluded = clock.ms()
                viewer.show(film.frame, clock.diff(taken, begun), wanted)


def _in_time(waited_ms: int) -> None:
    if waited_ms > _FRAME_WAIT_MS:
        raise Refused("camera_no_frame", {"waited_ms": _FRAME_WAIT_MS})


def _hand_over(film: Film, keep: "Keep", time_ms: int) -> None:
    """Let the keeper have the frame; its own failures are no camera's."""
    try:
        keep(film.frame, time_ms)
    except DRIVER_ERRORS as error:
        raise Refused("storage_failed", {"errno": errno(error)})
