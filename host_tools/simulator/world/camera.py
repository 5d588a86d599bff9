"""The camera: an OV2640 behind the esp32-camera driver, free-running into its buffers as the real one does.

The sensor makes frames on a fixed grid from the moment it is opened. At each tick the driver ends the frame it was
recording and starts the next one if a buffer is free: with one buffer it stops until that is released (WHEN_EMPTY);
with LATEST a finished frame displaces the oldest one waiting. So a frame may be older than the request for it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable

import numpy as np

from host_tools.simulator.boardlink import BoardErrno
from host_tools.simulator.world.agenda import Agenda, Appointment
from host_tools.simulator.world.camera_faults import CameraFault, CameraFaults
from host_tools.simulator.world.exposures import Exposure
from host_tools.simulator.world.frame_buffers import BufferState, FrameBuffer
from host_tools.simulator.world.led import Led
from host_tools.simulator.world.scene import Scene
from host_tools.simulator.world.track import StepTrack

_ENOENT = 2
_ENOMEM = 12
_EBUSY = 16
_ESP_ERR_NOT_FOUND = -261
# Brightness of the first frames, until the automatic exposure has converged.
_SETTLING = (0.15, 0.45, 0.8)


def frame_interval_us(width: int, height: int) -> int:
    """Sensor timing as the camera-API's benchmark gives it: 50, 25 and 12.5 frames a second."""
    pixels = width * height
    if pixels <= 320 * 240:
        return 20_000
    return 40_000 if pixels <= 800 * 600 else 80_000


class Camera:
    """Serves "camera" on the board link."""

    def __init__(self, agenda: Agenda, led: Led, scenes: StepTrack[Scene], exposures: list[Exposure]) -> None:
        self.timeout_ms = 4000  # esp32-camera's FB_GET_TIMEOUT
        self.on_frame: list[Callable[[int, int], None]] = []  # (readout begins, readout ends) as a frame starts
        self._agenda = agenda
        self._led = led
        self._scenes = scenes
        self._exposures = exposures
        self._faults = CameraFaults()
        self._random = np.random.default_rng()
        self._buffers: list[FrameBuffer] = []
        self._size = (0, 0)
        self._quality = 0
        self._latest = False
        self._opened_us = 0
        self._frames = 0
        self._tick: Appointment | None = None
        self._frame_ended = asyncio.Event()

    @property
    def running(self) -> bool:
        """The driver is initialised, the sensor exposes."""
        return self._tick is not None

    def fail(self, kind: str, calls: int = 1, *, skip: int = 0) -> None:
        """Let the next `calls` calls fail (after `skip` good ones): absent none half raise enomem slow."""
        self._faults.add(kind, calls, skip)

    def mend(self) -> None:
        """Forget what fail() scripted."""
        self._faults.clear()

    def lose_power(self) -> None:
        """The board is off: the sensor stops and the buffers' memory forgets."""
        self._stop()
        for buffer in self._buffers:
            buffer.lose_power()
        self._buffers = []

    def reset(self) -> None:
        """The chip restarts: the driver is gone, but memory keeps what it held."""
        self._stop()
        for buffer in self._buffers:
            buffer.give_up(buffer.size)
        self._buffers = []

    def board_open(self, width: int, height: int, quality: int, buffers: int, latest: bool) -> None:
        """esp_camera_init: the sensor starts."""
        if self.running:
            raise BoardErrno(_EBUSY)
        fault = self._faults.take(opening=True)
        if fault is CameraFault.ABSENT:
            raise BoardErrno(_ESP_ERR_NOT_FOUND)
        if fault is CameraFault.ENOMEM:
            raise BoardErrno(_ENOMEM)
        self._size, self._quality, self._latest = (width, height), quality, latest and buffers > 1
        self._buffers = [FrameBuffer(width * height // 5) for _ in range(buffers)]
        self._opened_us, self._frames = self._agenda.now_us, 0
        self._frame_ended.clear()
        self._schedule(self._opened_us + frame_interval_us(width, height))

    async def board_capture(self, extent: int) -> tuple[int, bytes] | None:
        """esp_camera_fb_get, a held frame (zero from `extent` on) returned before: (buffer, JPEG), or None too late."""
        self.board_free(extent)
        deadline_us = self._agenda.now_us + self.timeout_ms * 1000
        fault = self._faults.take(opening=False)
        if fault is CameraFault.RAISE:
            raise BoardErrno(_ENOENT)
        if fault is CameraFault.SLOW:
            await self._agenda.reach(deadline_us - frame_interval_us(*self._size) * 2)
        buffer = await self._next_frame(deadline_us)
        if buffer is None:
            return None
        if fault is CameraFault.NONE:
            buffer.give_up(buffer.size)
            await self._agenda.reach(deadline_us)
            return None
        return await self._hand_over(buffer, half=fault is CameraFault.HALF)

    def board_free(self, extent: int) -> None:
        """esp_camera_fb_return of the held frame, if there is one: the buffer is free for the next tick."""
        self._require_open()
        for buffer in self._buffers:
            if buffer.state is BufferState.HELD:
                buffer.give_up(extent)

    def board_available(self) -> bool:
        """A finished frame waits."""
        self._require_open()
        return bool(self._ready())

    def board_adjust(self, width: int, height: int, quality: int) -> None:
        """Frames from the next tick on have this size and quality."""
        self._require_open()
        self._size, self._quality = (width, height), quality

    def board_close(self, extents: tuple[int, ...]) -> None:
        """esp_camera_deinit: the sensor stops, the buffers (zero from these extents on) are freed."""
        self._stop()
        for buffer, extent in zip(self._buffers, extents, strict=False):
            buffer.give_up(extent)
        self._buffers = []

    def _require_open(self) -> None:
        if not self.running:
            raise BoardErrno(_ENOENT)

    def _ready(self) -> list[FrameBuffer]:
        """Finished frames, oldest first."""
        ready = [buffer for buffer in self._buffers if buffer.state is BufferState.READY]
        return sorted(ready, key=lambda buffer: buffer.scene_us)

    async def _next_frame(self, deadline_us: int) -> FrameBuffer | None:
        while not (ready := self._ready()):
            left_us = deadline_us - self._agenda.now_us
            if left_us <= 0 or not self.running:
                return None
            self._frame_ended.clear()
            try:
                await asyncio.wait_for(self._frame_ended.wait(), left_us / 1_000_000)
            except TimeoutError:
                return None
        return ready[0]

    async def _hand_over(self, buffer: FrameBuffer, *, half: bool) -> tuple[int, bytes]:
        assert buffer.exposure is not None
        scene, exposure = self._scenes.at(buffer.scene_us), buffer.exposure
        # Claimed before the rendering, which lets time pass: the driver must not reuse the buffer meanwhile.
        buffer.state = BufferState.HELD
        jpeg = await asyncio.to_thread(scene.frame, self._size, self._quality, buffer.brightness, self._random)
        if half:
            jpeg = jpeg[: len(jpeg) // 2]
        exposure.sha256 = hashlib.sha256(jpeg).hexdigest()
        buffer.hand_over(len(jpeg))
        return self._buffers.index(buffer), jpeg

    def _schedule(self, due_us: int) -> None:
        self._tick = self._agenda.at(due_us, self._on_tick)

    def _on_tick(self) -> None:
        now_us = self._agenda.now_us
        self._finish(now_us)
        interval_us = frame_interval_us(*self._size)
        free = next((buffer for buffer in self._buffers if buffer.state is BufferState.FREE), None)
        if free is not None:
            self._record(free, now_us, interval_us)
        self._frames += 1
        self._schedule(now_us + interval_us)

    def _record(self, buffer: FrameBuffer, now_us: int, interval_us: int) -> None:
        begun_us = max(self._opened_us, now_us - interval_us)
        exposure = Exposure(
            begun_us / 1_000_000,
            commanded=self._led.track.at(begun_us).drive.commanded,
            settled=self._frames >= len(_SETTLING),
        )
        self._exposures.append(exposure)
        buffer.scene_us = now_us
        buffer.brightness = 1.0 if exposure.settled else _SETTLING[self._frames]
        buffer.begin(exposure)
        for notify in self.on_frame:
            notify(now_us, now_us + interval_us)

    def _finish(self, now_us: int) -> None:
        """The frame being recorded ends, whole at a tick or torn by a stop."""
        for buffer in self._buffers:
            if buffer.state is BufferState.FILLING and buffer.exposure is not None:
                exposure = buffer.exposure
                exposure.ended_s = now_us / 1_000_000
                exposure.lit = self._led.track.always(round(exposure.begun_s * 1e6), now_us, lambda state: state.lit)
                buffer.state = BufferState.READY
        waiting = self._ready()
        if self._latest and len(waiting) >= len(self._buffers):
            waiting[0].give_up(waiting[0].size)
        self._frame_ended.set()

    def _stop(self) -> None:
        if self._tick is None:
            return
        self._tick.cancel()
        self._tick = None
        self._finish(self._agenda.now_us)
