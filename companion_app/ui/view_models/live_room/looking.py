"""Looking through the glasses: frames as fast as the link carries them, on record, until the time is over."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from companion_app.companion import Companion
from companion_app.errors import AppError
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.light import LightWords, light_words
from companion_app.ui.view_models.words.live_room import frame_words, looking_ended
from companion_app.ui.view_models.words.measures import countdown
from companion_app.ui.view_models.words.problem import Problem

SECONDS = 60  # then the glasses end it by themselves: nobody is looked through because they were forgotten
_RATE_OVER_S = 5.0
_FAST_BYTES_PER_S = 60_000  # from here on a VGA frame comes at least about twice a second
_SMALL, _LARGE = "qvga", "vga"


class LookingModel(Observable):
    """`frame` is the newest JPEG and `number` counts them; what the glasses refuse or lose is `problem`."""

    def __init__(self, companion: Companion, steady_s: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._companion = companion
        self._steady_s = steady_s
        self._arrived: deque[tuple[float, int]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._began_s = 0.0
        self._light: Mapping[str, Any] = {}
        self.frame: bytes | None = None
        self.number = 0
        self.looking = False
        self.ended = ""
        self.problem: Problem | None = None

    @property
    def under_way(self) -> bool:
        """True from the touch until the end."""
        return self._task is not None

    @property
    def left(self) -> str:
        """How long still, as minutes and seconds; empty while nothing runs."""
        return countdown(self._began_s + SECONDS - self._steady_s()) if self.looking else ""

    @property
    def light(self) -> LightWords | None:
        """What the newest frame's own evidence proves."""
        return light_words(self._light) if self.frame is not None else None

    @property
    def age_s(self) -> float | None:
        """How old the newest frame is; None without one."""
        return self._steady_s() - self._arrived[-1][0] if self._arrived else None

    @property
    def about(self) -> str:
        """How old the newest frame is, and at what rate they come; empty without one."""
        if self.age_s is None:
            return ""
        frames_per_s, bytes_per_s = self._rate()
        return frame_words(self.age_s, frames_per_s, bytes_per_s)

    async def look(self) -> None:
        """Look until `stop`, or the end of the time; returns when it is over. Once at a time."""
        if self._task is not None:
            return
        self.problem, self.ended, self.frame = None, "", None
        self._arrived.clear()
        self._task = asyncio.ensure_future(self._look())
        self.changed()
        try:
            await asyncio.wait({self._task})
            if not self._task.cancelled():
                self._task.result()
        except AppError as error:
            self.problem = problem(error)
        finally:
            self._task.cancel()
            await asyncio.wait({self._task})  # the end goes on record before anything else happens
            self._task, self.looking = None, False
            self.changed()

    def stop(self) -> None:
        """End it at once; the light goes off."""
        if self._task is not None:
            self._task.cancel()

    async def _look(self) -> None:
        fast = self._companion.link_info()["goodput_bytes_per_s"] >= _FAST_BYTES_PER_S
        async with self._companion.live_frames(SECONDS, _LARGE if fast else _SMALL) as view:
            self.looking, self._began_s = True, self._steady_s()
            self.changed()
            async for frame in view:
                self._arrived.append((self._steady_s(), len(frame.jpeg)))
                self.frame, self._light = frame.jpeg, frame.light
                self.number += 1
                self.changed()
            self.ended = looking_ended(view.ended.result().reason)

    def _rate(self) -> tuple[float, float]:
        """Frames and bytes a second over the last seconds; 0 before two frames came."""
        newest = self._arrived[-1][0]
        while newest - self._arrived[0][0] > _RATE_OVER_S:
            self._arrived.popleft()
        span_s = newest - self._arrived[0][0]
        if span_s <= 0:
            return 0.0, 0.0
        return (len(self._arrived) - 1) / span_s, sum(size for _, size in list(self._arrived)[1:]) / span_s
